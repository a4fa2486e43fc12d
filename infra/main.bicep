// CrmFunctions in one resource group: the function app on Flex Consumption, tables, queues, vault, and what watches them.
// Nothing here is a secret, and nothing has a key: the app's identity may do what stands beside each resource. README.md says how to deploy it.

targetScope = 'resourceGroup'

import { alerting, secretSetting } from 'modules/types.bicep'

@description('What the environment is called in names and tags.')
param environmentName 'dev' | 'test' | 'prod'

@description('Region.')
param location string = resourceGroup().location

@description('Tags of every resource, besides those that say what it belongs to.')
param extraTags object = {}

@description('Copies of the stored data.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GZRS'

@description('Whether instances are spread over the zones of the region.')
param zoneRedundant bool

@description('Whether storage, queues and vault are reached through private endpoints only. Needs Premium messaging, which costs hundreds a month.')
param isPrivate bool = false

@description('Range of the private network.')
param addressPrefix string = '10.40.0.0/24'

@description('Whether the data and the vault are locked against deletion.')
param locked bool

@description('MB of an instance.')
param instanceMemoryMB 512 | 2048 | 4096

@description('Instances at the most: what the budget allows, and Table Storage bears.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances for HTTP that are always there.')
@minValue(0)
@maxValue(20)
param alwaysReady int

@description('Requests that one instance answers at once.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int

@description('GB of logs a day at the most.')
@minValue(1)
param logCapGb int

@description('Per cent of the traces that are kept.')
@minValue(1)
@maxValue(100)
param samplingPercentage int

@description('Whom to wake, and when.')
param alerts alerting

@description('Settings of the suite that differ from the defaults, as docs/settings.md lists them.')
param settings object = {}

@description('Settings whose values are secrets of the vault.')
param secrets secretSetting[] = []

@description('Whether handles are plain hashes: for a base from before there was a secret of handles, until it is moved (README.md).')
param unkeyedHandles bool = false

@description('First day of the month that the budget begins with.')
param budgetFrom string = '${utcNow('yyyy-MM')}-01'

// Flow.cs in the function app names the tables, queues and timers; a test holds them and these together.
var tables = [
  'events'
  'orders'
  'quarantine'
  'sources'
  'gaps'
  'imports'
  'handles'
  'customers'
  'due'
  'plans'
  'owners'
  'duties'
  'complaints'
  'messages'
  'consents'
  'paces'
  'templates'
  'standards'
  'calibrations'
  'rebuilds'
  'privacy'
  'keys'
  'audit'
  'timers'
  'tallies'
]

var queues = [
  {
    name: 'imports'
    lockDuration: 'PT5M'
  }
  {
    name: 'recalculations'
    lockDuration: 'PT1M'
  }
  {
    name: 'notifications'
    lockDuration: 'PT1M'
  }
  {
    name: 'robots'
    lockDuration: 'PT1M'
  }
  {
    name: 'calibrations'
    lockDuration: 'PT5M'
  }
  {
    name: 'rollouts'
    lockDuration: 'PT5M'
  }
  {
    name: 'rebuilds'
    lockDuration: 'PT5M'
  }
  {
    name: 'erasures'
    lockDuration: 'PT5M'
  }
]

// Calibrate runs once a week, longer than alerts look back: its silence makes /api/health/fresh stale, which is watched.
var timers = [
  {
    name: 'ReclassifyDue'
    silentFor: 'PT15M'
  }
  {
    name: 'SendChurnWarnings'
    silentFor: 'PT30M'
  }
  {
    name: 'SendRevisitReminders'
    silentFor: 'PT30M'
  }
  {
    name: 'SweepDuties'
    silentFor: 'PT30M'
  }
  {
    name: 'ReconcileSources'
    silentFor: 'PT1H'
  }
  {
    name: 'SweepImports'
    silentFor: 'PT30M'
  }
  {
    name: 'SweepQuarantine'
    silentFor: 'P2D'
  }
  {
    name: 'WatchComplaints'
    silentFor: 'P2D'
  }
]

// Parts of /api/health/fresh that nothing else watches: events that wait too long, timers that did not run (the weekly one too), calibrations held back or stale.
var healthParts = [
  'backlog'
  'timers'
  'calibration'
]

var unique = uniqueString(resourceGroup().id, environmentName)
var name = 'crm-${environmentName}-${unique}'
var tags = union(extraTags, {
  application: 'CrmFunctions'
  environment: environmentName
})

module identity 'modules/identity.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'id-${name}'
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    location: location
    tags: tags
    name: name
    principalId: identity.outputs.principalId
    retentionDays: logDays
    dailyCapGb: logCapGb
    samplingPercentage: samplingPercentage
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    tags: tags
    hostName: 'crmhost${unique}'
    dataName: 'crmdata${unique}'
    principalId: identity.outputs.principalId
    tables: tables
    redundancy: redundancy
    isPrivate: isPrivate
    locked: locked
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'sb-${name}'
    principalId: identity.outputs.principalId
    queues: queues
    sku: isPrivate ? 'Premium' : 'Standard'
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'kv-crm-${unique}'
    principalId: identity.outputs.principalId
    isPrivate: isPrivate
    locked: locked
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  params: {
    location: location
    tags: tags
    name: name
    hostStorageId: storage.outputs.hostId
    dataStorageId: storage.outputs.dataId
    serviceBusId: serviceBus.outputs.id
    vaultId: vault.outputs.id
    addressPrefix: addressPrefix
  }
}

module app 'modules/app.bicep' = {
  params: {
    location: location
    tags: tags
    name: 'func-${name}'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    hostStorageName: storage.outputs.hostName
    packagesUri: storage.outputs.packagesUri
    tableServiceUri: storage.outputs.tableServiceUri
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
    vaultUri: vault.outputs.uri
    insightsConnectionString: monitoring.outputs.connectionString
    settings: settings
    secrets: secrets
    unkeyedHandles: unkeyedHandles
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    httpConcurrency: httpConcurrency
    zoneRedundant: zoneRedundant
    subnetId: isPrivate ? network!.outputs.appSubnetId : ''
    workspaceId: monitoring.outputs.workspaceId
  }
}

module watching 'modules/alerts.bicep' = {
  params: {
    location: location
    tags: tags
    name: name
    rules: alerts
    queues: map(queues, each => each.name)
    timers: timers
    serviceBusId: serviceBus.outputs.id
    tableServiceId: storage.outputs.tableServiceId
    insightsId: monitoring.outputs.insightsId
    appHostName: app.outputs.hostName
    healthParts: healthParts
    budgetFrom: budgetFrom
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    location: location
    tags: tags
    name: name
    insightsId: monitoring.outputs.insightsId
  }
}

@description('Name of the function app.')
output appName string = app.outputs.name

@description('Where the app answers.')
output appHostName string = app.outputs.hostName

@description('Account that keeps the published versions, in the container releases.')
output releasesAccount string = storage.outputs.hostName

@description('Account of the tables.')
output dataAccount string = storage.outputs.dataName

@description('Vault of the secrets.')
output vaultUri string = vault.outputs.uri
