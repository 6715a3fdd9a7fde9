//! [`Identity`]: who is asking.

use std::time::SystemTime;

/// Who is asking, as found out by the front that checked the signature. A request without it is
/// [`Trusted`].
///
/// [`Trusted`]: Identity::Trusted
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// May do everything.
    Trusted,
    /// The request is not signed.
    Missing,
    /// Nobody has this access key, or the session token does not belong to it.
    UnknownKey,
    /// The session token was good once.
    ExpiredToken,
    /// The signature is not the one that the secret gives.
    WrongSignature,
    /// The signature is of another time than now.
    Skew {
        /// The time in the signature.
        signed: SystemTime,
        /// The time of the server.
        now: SystemTime,
    },
    /// The `Authorization` header cannot be read.
    Malformed,
    /// Known, and not allowed to do this.
    Denied {
        /// The ARN of the caller, as it stands in the answer.
        arn: String,
    },
    /// Known, and of another account: may read what a function's policy lets it read.
    Foreign {
        /// The account of the caller; it has no functions.
        account: String,
        /// The ARN of the caller, as it stands in the answer.
        arn: String,
    },
}
