// The function app on Flex Consumption. All it needs to reach the others is its identity.

import { secretSetting } from 'types.bicep'

param location string
param tags object
param name string

param identityId string
param identityClientId string

@description('Account of the host.')
param hostStorageName string

@description('Container that the app runs from.')
param packagesUri string

param tableServiceUri string
param serviceBusNamespace string
param vaultUri string
param insightsConnectionString string

@description('Settings of the suite, as docs/settings.md lists them.')
param settings object

@description('Settings whose values are secrets of the vault.')
param secrets secretSetting[]

@description('Whether handles are plain hashes: for a base from before there was a secret of handles, until it is moved.')
param unkeyedHandles bool

@description('MB of an instance.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Instances at the most.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances for HTTP that are always there: no first request waits for one. Two or more where zones are redundant.')
@minValue(0)
@maxValue(20)
param alwaysReady int

@description('Requests that one instance answers at once.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

param zoneRedundant bool

@description('Subnet that the app reaches private endpoints from. Empty: none.')
param subnetId string

param workspaceId string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: alwaysReady
              }
            ]
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    settings,
    toObject(
      secrets,
      each => each.setting,
      each => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${each.secret})'
    ),
    // deploy.sh makes the secret once; no template has it.
    unkeyedHandles
      ? { Handles__Unkeyed: 'true' }
      : { Handles__Key: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/handles-key)' },
    {
      AzureWebJobsStorage__accountName: hostStorageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      CrmStorage__tableServiceUri: tableServiceUri
      CrmStorage__clientId: identityClientId
      ServiceBusConnection__fullyQualifiedNamespace: serviceBusNamespace
      ServiceBusConnection__credential: 'managedidentity'
      ServiceBusConnection__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      // Imports: the host refuses bodies above 100 MiB unless it is told otherwise, with an empty 500. 210 MiB is the most that Azure lets through.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '220200960'
      // No page at the root.
      AzureWebJobsDisableHomepage: 'true'
      // The identity that reads secrets of webhook sources.
      AZURE_CLIENT_ID: identityClientId
    }
  )
}

// Publishing is by identity too.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = [
  for way in [
    'ftp'
    'scm'
  ]: {
    parent: app
    name: way
    properties: {
      allow: false
    }
  }
]

// The logs go to Application Insights already.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output id string = app.id
output name string = app.name
output hostName string = app.properties.defaultHostName
