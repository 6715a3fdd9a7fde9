//! [`Paces`]: the rates at which a target takes requests, and which of them each request counts for.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;

use crate::{clock::Clock, operation::Rate, pace::Pace, target::Target};

/// How many control-plane requests of one caller AWS takes a second, of all operations together that have no other rate.
const AWS: NonZeroU32 = NonZeroU32::new(15).expect("invariant: not zero");

/// For how many time-outs a target on this machine may take no request before it is given up, and how long one elsewhere may.
const DEADLINE: (u32, Duration) = (3, Duration::from_secs(60));

/// The rates of a target. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Paces {
    clock: Clock,
    /// What somebody says.
    given: Option<NonZeroU32>,
    is_aws: bool,
    deadline: Duration,
    /// By what AWS takes of an operation; under nothing, that of all others together.
    by_rate: Arc<Mutex<BTreeMap<Option<NonZeroU32>, Pace>>>,
}

impl Paces {
    pub(super) fn new(target: &Target, timeout: Duration) -> Paces {
        let (times, elsewhere) = DEADLINE;
        Paces {
            clock: target.clock.clone(),
            given: target.rate,
            is_aws: target.endpoint.is_aws(),
            deadline: if target.endpoint.is_loopback() {
                timeout * times
            } else {
                elsewhere
            },
            by_rate: Arc::default(),
        }
    }

    /// The one that a request counts for.
    pub(super) fn of(&self, request: &http::Request<Bytes>) -> Pace {
        let own = request.extensions().get::<Rate>().map(|Rate(rate)| *rate);
        let of_aws = self.is_aws.then_some(own.unwrap_or(AWS));
        let limit = match (self.given, of_aws) {
            (Some(given), Some(of_aws)) => Some(given.min(of_aws)),
            (given, of_aws) => given.or(of_aws),
        };
        let mut by_rate = self.by_rate.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = by_rate.entry(own).or_insert_with(|| {
            let limit = limit.map(|limit| f64::from(limit.get()));
            Pace::new(&self.clock, limit, self.deadline)
        });
        pace.clone()
    }
}
