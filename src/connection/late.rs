//! [`Late`]: why waiting for a target was in vain.

/// Why there is no target after all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "waited {waited} s for `{endpoint}` to answer, in vain; the last try: {last}; is the target running, and is \
     `--endpoint` right?"
)]
pub struct Late {
    /// Where the requests went.
    pub endpoint: String,
    /// How long was waited, in seconds.
    pub waited: String,
    /// What came of the last try.
    pub last: String,
}
