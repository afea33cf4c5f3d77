// Loaded before a program: whoever asks for a name or a connection is refused, with a word that
// shows it was us.
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import {syncBuiltinESMExports} from 'node:module';

const refuse = () => {
  throw new Error('no network in here');
};
net.Socket.prototype.connect = refuse;
net.Server.prototype.listen = refuse;
dgram.createSocket = refuse;
for(const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse']) {
  dns[name] = refuse;
  dns.promises[name] = refuse;
}
syncBuiltinESMExports();
