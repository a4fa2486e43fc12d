// Usage: node lint.mjs DOCUMENT      prints what Redocly's linter finds in an OpenAPI document. Status 1: it found something.
// redocly.yaml has the rules. The linter sends nothing and asks for no newer version of itself.
process.env.REDOCLY_TELEMETRY = 'off';
process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = 'true';
process.argv.splice(2, 0, 'lint', '--format=stylish', '--max-problems=200');
await import('./node_modules/@redocly/cli/bin/cli.js');
