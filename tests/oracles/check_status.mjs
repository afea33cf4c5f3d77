// Looks credentials up in Bitstring Status Lists with Digital Bazaar's library, offline: credentials
// and signed lists on stdin, what the library finds of each on stdout.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import '@digitalbazaar/ed25519-multikey';

const {credentials, lists, didDocuments} = JSON.parse(readFileSync(0, 'utf8'));

const known = new Map(lists.map(list => [list.id, list]));
for(const document of didDocuments) {
  known.set(document.id, document);
  for(const method of document.verificationMethod) {
    known.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
}
const documentLoader = async url => known.has(url) ?
  {contextUrl: null, documentUrl: url, document: known.get(url)} :
  vc.defaultDocumentLoader(url);

const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
const found = [];
for(const credential of credentials) {
  const result = await checkStatus({credential, documentLoader, suite});
  const status = result.results?.[0]?.status;
  found.push({good: result.verified, status: status ?? null, why: String(result.error ?? '')});
}
console.log(JSON.stringify(found));
