// What wakes somebody: silence is a failure here, and is told as one.

import { alerting, timer } from 'types.bicep'

param location string
param tags object
param name string

param rules alerting

@description('Names of the queues.')
param queues string[]

param timers timer[]

param serviceBusId string

@description('The table service of the data.')
param tableServiceId string

param insightsId string

@description('Name of the app\'s host, for the health test.')
param appHostName string

@description('Parts of /api/health/fresh that each have an alarm of their own.')
param healthParts string[]

@description('First day of the month that the budget begins with.')
param budgetFrom string

var quarter = 'PT15M'

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'crm'
    enabled: true
    emailReceivers: [
      for (email, i) in rules.emails: {
        name: 'email-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'dead-letters-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A message could not be worked off. scripts/crm and infra/README.md say what to do.'
    severity: 1
    enabled: true
    scopes: [
      serviceBusId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: queues
            }
          ]
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource backlog 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'backlog-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'For a quarter of an hour a queue was never shorter than this: messages come faster than they are worked off, or nobody works them off.'
    severity: 2
    enabled: true
    scopes: [
      serviceBusId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: quarter
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'backlog'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          dimensions: [
            {
              name: 'EntityName'
              operator: 'Include'
              values: queues
            }
          ]
          operator: 'GreaterThan'
          threshold: rules.backlog
          timeAggregation: 'Minimum'
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource throttledQueues 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'throttled-queues-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Service Bus refuses for its load.'
    severity: 2
    enabled: true
    scopes: [
      serviceBusId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: quarter
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ThrottledRequests'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource throttledTables 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'throttled-tables-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Table Storage refuses for its load: a partition or the account is at its limit.'
    severity: 2
    enabled: true
    scopes: [
      tableServiceId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled'
          metricNamespace: 'Microsoft.Storage/storageAccounts/tableServices'
          metricName: 'Transactions'
          dimensions: [
            {
              name: 'ResponseType'
              operator: 'Include'
              values: [
                'ServerBusyError'
                'ServerTimeoutError'
                'ClientAccountRequestThrottlingError'
                'ClientThrottlingError'
              ]
            }
          ]
          operator: 'GreaterThan'
          threshold: rules.throttled
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

resource failures 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'failures-${name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Functions fail'
    description: 'Runs of functions that threw, answers of 500 and more among them.'
    severity: 2
    enabled: true
    scopes: [
      insightsId
    ]
    evaluationFrequency: quarter
    windowSize: quarter
    criteria: {
      allOf: [
        {
          query: 'requests | where success == false and toint(resultCode) !between (400 .. 499) | summarize Failed = sum(itemCount) by operation_Name'
          timeAggregation: 'Total'
          metricMeasureColumn: 'Failed'
          dimensions: [
            {
              name: 'operation_Name'
              operator: 'Include'
              values: [
                '*'
              ]
            }
          ]
          operator: 'GreaterThan'
          threshold: rules.failures
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    autoMitigate: true
    actions: {
      actionGroups: [
        people.id
      ]
    }
  }
}

resource silent 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for each in timers: {
    name: 'silent-${toLower(each.name)}-${name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${each.name} did not run'
      description: 'The timer has not run for ${each.silentFor}.'
      severity: 1
      enabled: true
      scopes: [
        insightsId
      ]
      evaluationFrequency: each.silentFor == 'P2D' ? 'P1D' : each.silentFor
      windowSize: each.silentFor
      criteria: {
        allOf: [
          {
            query: 'requests | where operation_Name == "${each.name}" and success == true'
            timeAggregation: 'Count'
            operator: 'LessThan'
            threshold: 1
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      actions: {
        actionGroups: [
          people.id
        ]
      }
    }
  }
]

// Storage and broker are there, asked from three places.
resource health 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'health-${name}'
  location: location
  tags: union(tags, {
    'hidden-link:${insightsId}': 'Resource'
  })
  kind: 'standard'
  properties: {
    Name: 'health-${name}'
    SyntheticMonitorId: 'health-${name}'
    Enabled: true
    Frequency: 300
    Timeout: 30
    Kind: 'standard'
    RetryEnabled: true
    Locations: [
      {
        Id: 'emea-nl-ams-azr'
      }
      {
        Id: 'apac-sg-sin-azr'
      }
      {
        Id: 'us-va-ash-azr'
      }
    ]
    Request: {
      RequestUrl: 'https://${appHostName}/api/health/ready'
      HttpVerb: 'GET'
      FollowRedirects: false
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 14
    }
  }
}

resource unhealthy 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'health-${name}'
  location: 'global'
  tags: tags
  properties: {
    description: 'The suite is not ready: /api/health/ready says whether storage or broker cannot be reached, and since when.'
    severity: 1
    enabled: true
    scopes: [
      health.id
      insightsId
    ]
    evaluationFrequency: 'PT5M'
    windowSize: quarter
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: health.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [
      {
        actionGroupId: people.id
      }
    ]
  }
}

// What stands still while all answers are fine. Of Service Bus no metric tells how old a message is, and nothing of a weekly timer's silence is in logs that look back two
// days: the suite judges itself, and one place asks every quarter of an hour. An app that does not answer is stale, too.
resource fresh 'Microsoft.Insights/webtests@2022-06-15' = [
  for part in healthParts: {
    name: 'fresh-${part}-${name}'
    location: location
    tags: union(tags, {
      'hidden-link:${insightsId}': 'Resource'
    })
    kind: 'standard'
    properties: {
      Name: 'fresh-${part}-${name}'
      SyntheticMonitorId: 'fresh-${part}-${name}'
      Enabled: true
      Frequency: 900
      Timeout: 30
      Kind: 'standard'
      RetryEnabled: true
      Locations: [
        {
          Id: 'emea-nl-ams-azr'
        }
      ]
      Request: {
        RequestUrl: 'https://${appHostName}/api/health/fresh?part=${part}'
        HttpVerb: 'GET'
        FollowRedirects: false
        ParseDependentRequests: false
      }
      ValidationRules: {
        ExpectedHttpStatusCode: 200
        SSLCheck: true
      }
    }
  }
]

resource stale 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for (part, i) in healthParts: {
    name: 'stale-${part}-${name}'
    location: 'global'
    tags: tags
    properties: {
      description: 'The part ${part} of /api/health/fresh is bad; scripts/crm freshness says what, and since when.'
      severity: 2
      enabled: true
      scopes: [
        fresh[i].id
        insightsId
      ]
      evaluationFrequency: quarter
      windowSize: 'PT30M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
        webTestId: fresh[i].id
        componentId: insightsId
        failedLocationCount: 1
      }
      actions: [
        {
          actionGroupId: people.id
        }
      ]
    }
  }
]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'budget-${name}'
  properties: {
    category: 'Cost'
    amount: rules.budget
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: budgetFrom
    }
    notifications: {
      most: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: rules.emails
      }
      all: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Actual'
        contactEmails: rules.emails
      }
      foreseen: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: rules.emails
      }
    }
  }
}
