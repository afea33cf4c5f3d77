// Verifies credentials with Digital Bazaar's libraries, offline: claims on stdin, verdicts on stdout.
import {readFileSync} from 'node:fs';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import '@digitalbazaar/ed25519-multikey';

const {credentials, didDocuments} = JSON.parse(readFileSync(0, 'utf8'));

const known = new Map();
for(const document of didDocuments) {
  known.set(document.id, document);
  for(const method of document.verificationMethod) {
    known.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
}
known.set('https://batterypassport.example/ns/v1', {
  '@context': {'@vocab': 'https://batterypassport.example/ns/v1#'}
});

// What is not here is looked for among the contexts that the library carries; nothing is fetched.
const documentLoader = async url => known.has(url) ?
  {contextUrl: null, documentUrl: url, document: known.get(url)} :
  vc.defaultDocumentLoader(url);

const suite = new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()});
const verdicts = [];
for(const credential of credentials) {
  try {
    const result = await vc.verifyCredential({credential, suite, documentLoader});
    verdicts.push({verified: result.verified, why: String(result.error?.errors ?? '')});
  } catch(error) {
    verdicts.push({verified: false, why: String(error)});
  }
}
console.log(JSON.stringify(verdicts));
