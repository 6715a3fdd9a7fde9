//! A target that takes only so many requests a second comes to the same verdicts, in little more time than that rate needs.
//! The time is that of the mock, in which a wait takes none.

use std::{
    collections::BTreeMap,
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header::RETRY_AFTER};
use lambda_conformance::{
    mock::{Mock, MockOptions},
    plan,
    reference::Settings,
    session::{Session, SessionOptions},
    verdict::Verdict,
};
use rstest::rstest;

use crate::world;

/// Requests a second, as AWS takes them.
const RATE: u32 = 15;

/// What a run came to.
struct Ran {
    verdicts: BTreeMap<String, String>,
    /// How many requests were taken, GetFunction apart, and how many were not.
    taken: usize,
    throttled: usize,
    took: Duration,
}

/// Requests as they are counted.
#[derive(Default)]
struct Count {
    taken: AtomicUsize,
    throttled: AtomicUsize,
}

impl Count {
    fn add(&self, request: &Request<Bytes>, answer: &Response<Bytes>) {
        let is_get_function =
            request.method() == Method::GET && request.uri().path().split('/').count() == 4;
        // one of the faults that a case asks for
        let is_asked = request.headers().contains_key("x-lambda-conformance-fault");
        if answer.status() == 429 && !is_asked {
            self.throttled.fetch_add(1, Ordering::SeqCst);
        } else if !is_get_function {
            self.taken.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Runs cases on a mock of this rate, which says after how many seconds to come again.
async fn ran(filters: &[&str], rate: Option<u32>, retry_after: Option<&'static str>) -> Ran {
    let library = world::library();
    let mut options = MockOptions::embedded(Settings {
        throttle: rate.and_then(NonZeroU32::new),
        ..Settings::default()
    });
    // what is Pending is read so late at this rate
    options.settings.settle = Duration::from_secs(5);
    let clock = options.clock.clone();
    let count: Arc<Count> = Arc::default();
    let counted = Arc::clone(&count);
    let told = move |request: &Request<Bytes>, mut answer: Response<Bytes>| {
        counted.add(request, &answer);
        if let Some(after) = retry_after
            && answer.status() == 429
        {
            let after = HeaderValue::from_static(after);
            answer.headers_mut().insert(RETRY_AFTER, after);
        }
        answer
    };
    let mock = Mock::deviating(0, options, Arc::new(told)).await;
    let mock = mock.expect("a free port");
    let started = clock.now();
    let session = Session::open(mock.target(), library, SessionOptions::default()).await;
    let mut session = session.expect("an answer");
    let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
    let items = plan::choose(&library.suites, &filters, None).expect("cases");
    session.arrange(&items).await.expect("it stays");
    let mut verdicts = BTreeMap::new();
    session
        .run(&items, |item, outcome| {
            let verdict = match &outcome.verdict {
                Verdict::Inconclusive { reason, .. } => format!("inconclusive: {reason}"),
                other => other.name().to_owned(),
            };
            verdicts.insert(item.case.id.clone(), verdict);
            true
        })
        .await;
    assert_eq!(session.close().await, [""; 0]);
    Ran {
        verdicts,
        taken: count.taken.load(Ordering::SeqCst),
        throttled: count.throttled.load(Ordering::SeqCst),
        took: clock.now().duration_since(started).expect("no way back"),
    }
}

async fn comes_to_the_same(filters: &[&str], retry_after: Option<&'static str>) {
    let free = ran(filters, None, None).await;
    assert_eq!(free.throttled, 0);
    let paced = ran(filters, Some(RATE), retry_after).await;
    let others = paced.verdicts.iter();
    let others = others.filter(|(id, verdict)| free.verdicts.get(*id) != Some(*verdict));
    assert_eq!(others.collect::<Vec<_>>(), []);
    assert_eq!(paced.verdicts.len(), free.verdicts.len());
    let needed = f64::from(u32::try_from(paced.taken).expect("few")) / f64::from(RATE);
    let took = paced.took.as_secs_f64();
    // it was throttled at all, and not over and over
    assert!(paced.throttled > 0 && paced.throttled < paced.taken / 2);
    assert!(
        took < needed * 1.25 + free.took.as_secs_f64(),
        "{took} s of {needed} s"
    );
}

#[rstest]
#[case::in_silence(None)]
#[case::with_a_time(Some("1"))]
#[tokio::test]
async fn some_cases_on_a_target_that_throttles(#[case] retry_after: Option<&'static str>) {
    comes_to_the_same(&["/qualifiers/", "/errors/", "/name-formats/"], retry_after).await;
}

#[rstest]
#[case::in_silence(None)]
#[case::with_a_time(Some("1"))]
#[tokio::test]
#[ignore = "runs everything twice"]
async fn all_cases_on_a_target_that_throttles(#[case] retry_after: Option<&'static str>) {
    comes_to_the_same(&[], retry_after).await;
}

/// The rate that somebody gives is kept.
#[tokio::test]
async fn a_rate_is_kept() {
    let library = world::library();
    let mock = Mock::start(0, MockOptions::embedded(Settings::default())).await;
    let mock = mock.expect("a free port");
    let mut target = mock.target();
    target.rate = NonZeroU32::new(RATE);
    let clock = target.clock.clone();
    let started = clock.now();
    let session = Session::open(target, library, SessionOptions::default()).await;
    let session = session.expect("an answer");
    let filters = ["/name-formats/absent/".to_owned()];
    let items = plan::choose(&library.suites, &filters, None).expect("cases");
    let mut passed = 0;
    session
        .run(&items, |_, outcome| {
            passed += u32::from(outcome.verdict == Verdict::Passed);
            true
        })
        .await;
    let took = clock.now().duration_since(started).expect("no way back");
    assert!(passed > 1, "{passed}");
    assert!(
        took >= Duration::from_secs(1) * (passed - 1) / RATE,
        "{took:?}"
    );
}
