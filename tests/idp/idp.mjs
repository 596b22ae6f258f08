// A real OpenID provider on a free loopback port, for the tests alone.
//
//   node idp.mjs '{"algorithm": "ES256", "redirect_uris": […], "backchannel_logout_uri": "…"}'
//
// Prints its issuer as the first line. Anybody signs in as any name with any password, on the pages of
// oidc-provider itself. Below /-/ it takes orders of a test: POST /-/rotate replaces the signing keys
// (the old ones are gone from its key set at once). It ends when its standard input does.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const asked = JSON.parse(process.argv[2]);
const cookies = { keys: [randomUUID()] }; // kept over a rotation: people stay signed in

function key(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg };
}

function provider(issuer) {
  return new Provider(issuer, {
    clients: [{
      client_id: 'council',
      client_secret: asked.client_secret,
      redirect_uris: asked.redirect_uris,
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: asked.algorithm,
      ...(asked.backchannel_logout_uri && {
        backchannel_logout_uri: asked.backchannel_logout_uri,
        backchannel_logout_session_required: true,
      }),
    }],
    jwks: {
      keys: [
        key('rsa', { modulusLength: 2048 }, 'RS256'),
        key('ec', { namedCurve: 'P-256' }, 'ES256'),
      ],
    },
    pkce: { required: () => true },
    // Its guard against addresses inside a network would forbid this machine, where the tests are.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    features: {
      devInteractions: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    // What a provider's own administration may say about a person; none of it means anything here.
    claims: { openid: ['sub', 'groups', 'roles', 'email', 'email_verified'] },
    conformIdTokenClaims: false,
    findAccount: async (_, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        email: asked.email ?? `${id}@example.jp`,
        email_verified: true,
        groups: ['system_administrator', 'secretariat'],
        roles: ['seat_representative'],
      }),
    }),
    cookies,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 3600, IdToken: 600, Interaction: 600, Session: 3600 },
  });
}

let issuer;
let running;
const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/-/rotate') {
    running = provider(issuer).callback();
    response.writeHead(204).end();
    return;
  }
  running(request, response);
});
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  running = provider(issuer).callback();
  console.log(issuer);
});
process.stdin.on('end', () => process.exit(0)).resume();
