// Two accounts: one for the Functions host and the app's packages, one for the tables of the customers. Nobody has a key to either.

param location string
param tags object

@description('Name of the account of the host and the packages.')
@minLength(3)
@maxLength(24)
param hostName string

@description('Name of the account of the tables.')
@minLength(3)
@maxLength(24)
param dataName string

@description('The app\'s identity.')
param principalId string

@description('The tables of the flow: Flow.cs names them.')
param tables string[]

@description('Copies: within one zone, over three, or in a second region too.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'

@description('Whether the accounts are reached through private endpoints only.')
param isPrivate bool

@description('Whether what cannot be made again may not be deleted.')
param locked bool

param workspaceId string

var blobDataOwner = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b')
var tableDataContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3')
var access = {
  allowBlobPublicAccess: false
  allowSharedKeyAccess: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  networkAcls: {
    bypass: 'AzureServices'
    defaultAction: isPrivate ? 'Deny' : 'Allow'
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: hostName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: access
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: host
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

// What the app runs from: written by each publication.
resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: hostBlobs
  name: 'packages'
}

// Every version that was published, by its name: what a rollback takes.
resource releases 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: hostBlobs
  name: 'releases'
}

resource ageing 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: host
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'old-releases'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: [
                'blockBlob'
              ]
              prefixMatch: [
                '${releases.name}/'
              ]
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: 365
                }
              }
              version: {
                delete: {
                  daysAfterCreationGreaterThan: 30
                }
              }
            }
          }
        }
      ]
    }
  }
}

// The host keeps its locks, timers and keys in blobs of its own.
resource ownsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, principalId, blobDataOwner)
  scope: host
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: blobDataOwner
  }
}

resource data 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: dataName
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: access
}

resource dataTables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: data
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for name in tables: {
    parent: dataTables
    name: name
  }
]

resource writesTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(data.id, principalId, tableDataContributor)
  scope: data
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: tableDataContributor
  }
}

// The log of what happened cannot be computed again.
resource keepData 'Microsoft.Authorization/locks@2020-05-01' = if (locked) {
  name: 'keep'
  scope: data
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the log of all events, from which everything else is rebuilt.'
  }
}

// Refusals and slow answers, not every read: reads are most of the volume.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: dataTables
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'Transaction'
        enabled: true
      }
    ]
  }
}

resource hostDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: hostBlobs
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'StorageWrite'
        enabled: true
      }
      {
        category: 'StorageDelete'
        enabled: true
      }
    ]
  }
}

output hostId string = host.id
output hostName string = host.name
output packagesUri string = '${host.properties.primaryEndpoints.blob}${packages.name}'
output dataId string = data.id
output dataName string = data.name
output tableServiceUri string = data.properties.primaryEndpoints.table
output tableServiceId string = dataTables.id
