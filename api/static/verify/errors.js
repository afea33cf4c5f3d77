// What proof code says when a thing does not prove what it claims.

export class ProofError extends Error {
  static title = "The proof does not hold";

  constructor(detail, { pointer = "", remedy = "" } = {}) {
    super(detail);
    this.detail = detail;
    this.pointer = pointer;
    this.remedy = remedy;
  }

  get title() {
    return this.constructor.title;
  }
}

export class NotStrictJson extends ProofError {
  static title = "The document is not strict JSON";
}

export class NotCanonical extends ProofError {
  static title = "The bytes are not in canonical form";
}

export class BadEncoding extends ProofError {
  static title = "The text does not decode";
}

export class BadKey extends ProofError {
  static title = "The key is not acceptable";
}

export class BadDid extends ProofError {
  static title = "The DID is not acceptable";
}

export class BadSignature extends ProofError {
  static title = "The signature does not verify";
}

export class UnknownKey extends ProofError {
  static title = "The key is not known";
}

export class BadCredential extends ProofError {
  static title = "The credential is not acceptable";
}

export class BadBatch extends ProofError {
  static title = "The batch does not match its items";
}

export class BadTree extends ProofError {
  static title = "The tree proof does not hold";
}

export class BadNote extends ProofError {
  static title = "The signed note is not acceptable";
}

export class BadLeaf extends ProofError {
  static title = "The log entry is not acceptable";
}

export class BadSnapshot extends ProofError {
  static title = "The index snapshot is not acceptable";
}

export class BadErasure extends ProofError {
  static title = "The erasure is not acceptable";
}

export class BadPolicy extends ProofError {
  static title = "The trust policy cannot be read";
}

export class NoQuorum extends ProofError {
  static title = "Too few witnesses";
}

// A bundle that one of the numbered steps refuses; `step` is its number.
export class BadBundle extends ProofError {
  static title = "The bundle is refused";

  constructor(detail, { step, pointer = "", remedy = "" }) {
    super(detail, { pointer, remedy });
    this.step = step;
  }
}

// The browser lacks what checking needs. That says nothing about any bundle.
export class CannotCheck extends Error {}
