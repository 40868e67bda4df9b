// A real OAuth 2.0 provider on loopback for the tests: device code, PKCE, refresh tokens that rotate and end the whole
// grant when an old one comes again, introspection, revocation. Everybody may log in, with any password.
// Started by tests/support/oidc.py as `node provider.mjs MODULES SETTINGS`; prints its port when it listens.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const [modules, given] = process.argv.slice(2);
const { Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`));
const settings = JSON.parse(given);
const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address();

const refresh = settings.refresh ? ['refresh_token'] : [];
const native = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/', 'http://localhost/'],
  response_types: ['code'],
  grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code', ...refresh],
};
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { ...native, client_id: 'highroad', token_endpoint_auth_method: 'none' },
    { ...native, client_id: 'highroad-desktop', client_secret: 'not-so-secret', token_endpoint_auth_method: 'client_secret_post' },
    { client_id: 'dovecot', client_secret: 'introspect', redirect_uris: [], response_types: [], grant_types: [] },
  ],
  scopes: ['openid', 'offline_access', 'mail'],
  ttl: {
    AccessToken: (_ctx, _token, client) => (client.clientId === 'highroad' ? settings.access : 3600), AuthorizationCode: 60, DeviceCode: settings.device, RefreshToken: 3600,
    Grant: 3600, Session: 3600, Interaction: 600, IdToken: 600,
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => settings.refresh,
  rotateRefreshToken: () => true,
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientId === 'dovecot' },
    revocation: { enabled: true, allowedPolicy: () => true },
  },
});

// What came to the token endpoint, for the tests to count: the grant types, one a line.
let asked = [];
provider.use(async (ctx, next) => {
  if (ctx.path === '/test/asked') {
    ctx.body = JSON.stringify(asked);
    return;
  }
  await next();
  if (ctx.path === '/device/auth' && ctx.status === 200) ctx.body = { ...ctx.body, interval: settings.interval };
  if (ctx.path === '/token') asked.push([ctx.oidc?.params?.grant_type ?? '', ctx.status]);
});
server.on('request', provider.callback());
process.stdin.on('end', () => process.exit(0)).resume(); // whoever started it is gone
console.log(port);
