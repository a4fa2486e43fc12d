// The queues of the flow. The app sends to and receives from each, and may do nothing else: no keys, no management.

import { queue } from 'types.bicep'

param location string
param tags object
param name string

@description('The app\'s identity.')
param principalId string

@description('The queues of the flow: Flow.cs and servicebus.json name them.')
param queues queue[]

@description('Standard has duplicate detection. Premium is needed for private endpoints.')
param sku 'Standard' | 'Premium'

@description('Whether the namespace is reached through a private endpoint only.')
param isPrivate bool

param workspaceId string

var sender = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39')
var receiver = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: sku == 'Premium' ? 1 : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource queueOf 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for each in queues: {
    parent: namespace
    name: each.name
    properties: {
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      lockDuration: each.lockDuration
      maxDeliveryCount: 10
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
      enableBatchedOperations: true
    }
  }
]

resource sends 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in queues: {
    name: guid(queueOf[i].id, principalId, sender)
    scope: queueOf[i]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: sender
    }
  }
]

resource receives 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in queues: {
    name: guid(queueOf[i].id, principalId, receiver)
    scope: queueOf[i]
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: receiver
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'OperationalLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

output id string = namespace.id
// https://NAME.servicebus.…:443/
output fullyQualifiedNamespace string = split(split(namespace.properties.serviceBusEndpoint, '//')[1], ':')[0]
