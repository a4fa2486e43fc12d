// A real SMTP server on loopback. Reads one line of settings as JSON from standard input ({ key, cert, secure, user, password, token, ways }, all
// optional; secure: TLS from the first byte), writes one JSON object a line to standard output, and ends when standard input ends.
// The local part of the recipient says what happens to a message: accept, rcpt-550, rcpt-550-5.7.1, data-451, drop-at-rcpt, drop-after-data, hang.
import { createInterface } from 'node:readline';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const say = what => process.stdout.write(JSON.stringify(what) + '\n');
const refusal = (code, status = '') => Object.assign(new Error(`${status} refused`.trim()), { responseCode: code });
const wish = address => address.split('@')[0];

function drop(server, session) {
  for (const connection of server.connections) {
    if (connection.session === session) connection._socket.destroy();
  }
}

function start(settings) {
  const server = new SMTPServer({
    ...(settings.cert ? { key: settings.key, cert: settings.cert } : { hideSTARTTLS: true }),
    secure: Boolean(settings.secure),
    authOptional: !settings.user,
    authMethods: settings.ways ?? ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    logger: false,
    onAuth({ method, username, password, accessToken }, _session, done) {
      const right = username === settings.user && (method === 'XOAUTH2' ? accessToken === settings.token : password === settings.password);
      if (right) return done(null, { user: username });
      // As the large providers do: the reason first, then the refusal.
      return method === 'XOAUTH2' ? done(null, { data: { status: '401', schemes: 'bearer' } }) : done(new Error('wrong user or password'));
    },
    onRcptTo({ address }, session, done) {
      const [, code, status] = /^rcpt-(\d+)-?([\d.]*)$/.exec(wish(address)) ?? [];
      if (wish(address) === 'drop-at-rcpt') return drop(server, session);
      return done(code ? refusal(Number(code), status) : undefined);
    },
    async onData(stream, session, done) {
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const raw = Buffer.concat(chunks);
      const { mailFrom, rcptTo } = session.envelope;
      const recipient = wish(rcptTo[0].address);
      const [, code] = /^data-(\d+)$/.exec(recipient) ?? [];
      if (code) return done(refusal(Number(code)));
      say({
        event: 'received',
        envelope: { from: mailFrom.address, to: rcptTo.map(r => r.address), utf8: Boolean(mailFrom.args?.SMTPUTF8) },
        secure: session.secure,
        user: session.user ?? null,
        raw: raw.toString('latin1'),
        mail: await new PostalMime().parse(raw),
      });
      if (recipient === 'drop-after-data') return drop(server, session);
      if (recipient === 'hang') return undefined;
      return done(null, 'accepted');
    },
  });
  server.on('error', error => say({ event: 'error', message: error.message }));
  const listener = server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: listener.address().port }));
}

const lines = createInterface({ input: process.stdin });
lines.once('line', line => start(JSON.parse(line)));
lines.once('close', () => process.exit(0));
