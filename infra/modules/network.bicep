// For those who want no public way to storage, queues and secrets: a network, and a private endpoint to each. The app itself stays public: shops must reach it.

param location string
param tags object
param name string

param hostStorageId string
param dataStorageId string
param serviceBusId string
param vaultId string

@description('Range of the network; two /26 are cut from it.')
param addressPrefix string

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: 'vnet-${name}'
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [
        addressPrefix
      ]
    }
    // Inline: a network written without its subnets would lose them.
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource app 'subnets' existing = {
    name: 'app'
  }

  resource endpoints 'subnets' existing = {
    name: 'endpoints'
  }
}

var targets = [
  {
    name: 'blob'
    id: hostStorageId
    zone: 'privatelink.blob.${environment().suffixes.storage}'
  }
  {
    name: 'table'
    id: dataStorageId
    zone: 'privatelink.table.${environment().suffixes.storage}'
  }
  {
    name: 'namespace'
    id: serviceBusId
    zone: 'privatelink.servicebus.windows.net'
  }
  {
    name: 'vault'
    id: vaultId
    zone: 'privatelink.vaultcore.azure.net'
  }
]

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for target in targets: {
    name: target.zone
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (target, i) in targets: {
    parent: zone[i]
    name: network.name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: network.id
      }
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for target in targets: {
    name: 'pep-${target.name}-${name}'
    location: location
    tags: tags
    properties: {
      subnet: {
        id: network::endpoints.id
      }
      privateLinkServiceConnections: [
        {
          name: target.name
          properties: {
            privateLinkServiceId: target.id
            groupIds: [
              target.name
            ]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (target, i) in targets: {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.name
          properties: {
            privateDnsZoneId: zone[i].id
          }
        }
      ]
    }
  }
]

output appSubnetId string = network::app.id
