using 'main.bicep'

// To try things out: small, cheap, gone with its resource group.
param environmentName = 'dev'
param redundancy = 'Standard_LRS'
param zoneRedundant = false
param locked = false
param instanceMemoryMB = 512
param maximumInstanceCount = 40
param alwaysReady = 0
param logDays = 30
param logCapGb = 1
param samplingPercentage = 100

param alerts = {
  emails: [
    readEnvironmentVariable('CRM_ALERT_EMAIL', 'crm-dev@example.com')
  ]
  backlog: 1000
  failures: 20
  throttled: 100
  budget: 50
}

param settings = {
  // The SHA-256 of the first key of the API: scripts/crm keys bootstrap.
  Keys__Admin: readEnvironmentVariable('CRM_ADMIN_KEY_HASH', '')
  Notifications__Language: 'zh-CN'
}
