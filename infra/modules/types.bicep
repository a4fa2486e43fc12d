// What several modules speak of.

@export()
@description('A queue of the flow. Durations are ISO 8601.')
type queue = {
  name: string

  @description('How long a message stays locked; the host renews it up to maxAutoLockRenewalDuration of host.json. PT5M at most.')
  lockDuration: string
}

@export()
@description('A timer of the flow.')
type timer = {
  @description('Name of the function.')
  name: string

  @description('ISO 8601: silent for longer than this, it has failed. P2D at most, which is how far alerts look back.')
  silentFor: 'PT15M' | 'PT30M' | 'PT1H' | 'P2D'
}

@export()
@description('A secret of the app: the setting that holds it, and its name in the vault. Its value is put there by hand, never by a template.')
type secretSetting = {
  setting: string
  secret: string
}

@export()
@description('What an environment may cost and how it is watched.')
type alerting = {
  @description('Who is told, by e-mail.')
  emails: string[]

  @description('Messages that a queue may keep for a quarter of an hour.')
  @minValue(1)
  backlog: int

  @description('Failed runs of functions within a quarter of an hour.')
  @minValue(1)
  failures: int

  @description('Refusals of Table Storage for its load, within five minutes.')
  @minValue(1)
  throttled: int

  @description('Cost of the resource group a month, in the currency of the subscription. Told at 80 and 100 % and when 100 % is foreseen.')
  @minValue(1)
  budget: int
}
