// Signs the delivery of its argument, JSON with provider, secret, body, url, id and at (seconds), and prints the headers as JSON.
import { createRequire } from 'node:module';
import StripeLibrary from 'stripe';
import { Webhook } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const require = createRequire(import.meta.url);
const { Signature } = require('@hubspot/api-client');
require('@shopify/shopify-api/adapters/node');
const { createSHA256HMAC } = require('@shopify/shopify-api/runtime');

const stripe = new StripeLibrary('sk_test_none');
const signers = {
  stripe: ({ secret, body, at }) => ({ 'Stripe-Signature': stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: at }) }),
  'standard-webhooks': ({ secret, body, id, at }) => ({
    'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': new Webhook(secret).sign(id, new Date(at * 1000), body),
  }),
  svix: ({ secret, body, id, at }) => ({
    'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': new Svix(secret).sign(id, new Date(at * 1000), body),
  }),
  shopify: async ({ secret, body }) => ({ 'X-Shopify-Hmac-Sha256': await createSHA256HMAC(secret, body) }),
  hubspot: ({ secret, body, url, at }) => ({
    'X-HubSpot-Request-Timestamp': String(at * 1000),
    'X-HubSpot-Signature-v3': Signature.getSignature('POST', 'v3', { clientSecret: secret, url, requestBody: body, timestamp: at * 1000 }),
  }),
  'hubspot-v2': ({ secret, body, url }) => ({
    'X-HubSpot-Signature-Version': 'v2',
    'X-HubSpot-Signature': Signature.getSignature('POST', 'v2', { clientSecret: secret, url, requestBody: body }),
  }),
};

const wanted = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await signers[wanted.provider](wanted)));
