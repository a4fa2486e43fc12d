using 'main.bicep'

param environmentName = 'prod'
param redundancy = 'Standard_ZRS'
param zoneRedundant = true
param locked = true
param instanceMemoryMB = 2048
param maximumInstanceCount = 100
param alwaysReady = 2
param logDays = 90
param logCapGb = 5
param samplingPercentage = 5

param alerts = {
  emails: [
    readEnvironmentVariable('CRM_ALERT_EMAIL', 'crm-prod@example.com')
  ]
  backlog: 5000
  failures: 5
  throttled: 20
  budget: 500
}

param settings = {
  // The SHA-256 of the first key of the API: scripts/crm keys bootstrap.
  Keys__Admin: readEnvironmentVariable('CRM_ADMIN_KEY_HASH', '')
  Notifications__Language: 'zh-CN'
  BusinessHours__TimeZone: 'Asia/Shanghai'
}

// Their values are set by hand: az keyvault secret set --vault-name … --name notifications-webhook …
param secrets = []
