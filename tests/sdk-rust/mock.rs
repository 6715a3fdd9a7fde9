//! [`Mock`]: the binary as a process of its own, and clients of the SDK that speak to nothing else. Knows no operation.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_sdk_lambda::{
    Client, Config,
    config::{
        AsyncSleep, BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
        Sleep, StalledStreamProtectionConfig, interceptors::BeforeTransmitInterceptorContextRef,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::BoxError,
};

/// Where the mock says it is.
pub(crate) const REGION: &str = "us-east-1";

/// Five polls fit into it, so that a waiter that ends after its first is told from one that waits.
const SETTLE: &str = "1s";

/// What a waiter sleeps at most. The SDK asks every five seconds and offers no setting for that.
const LONGEST_SLEEP: Duration = Duration::from_millis(200);

/// A mock that listens until it is dropped.
pub(crate) struct Mock {
    process: Child,
    endpoint: String,
}

impl Mock {
    /// Starts the binary that `LAMBDA_CONFORMANCE` names, else that of `cargo build`.
    pub(crate) fn start(flags: &[&str]) -> Mock {
        let built =
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/debug/lambda-conformance");
        let binary = env::var_os("LAMBDA_CONFORMANCE").map_or_else(built, PathBuf::from);
        let mut process = Command::new(&binary)
            .args(["mock", "--port", "0", "--settle", SETTLE])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("could not start `{}`: {error}", binary.display()));
        let mut line = String::new();
        let stdout = process.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("text");
        // made before the line is judged: a mock that says something else is stopped too
        let mut mock = Mock {
            process,
            endpoint: String::new(),
        };
        let endpoint = line
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("the mock said {line:?}"));
        mock.endpoint = endpoint.trim_end().to_owned();
        assert!(
            mock.endpoint.starts_with("http://127.0.0.1:"),
            "it listens on {}",
            mock.endpoint
        );
        mock
    }

    /// A client whose requests are noted in `sent`.
    pub(crate) fn client(&self, sent: &Sent) -> Client {
        self.client_of(Some(Credentials::from_keys("test", "test", None)), sent)
    }

    /// The same with the credentials of somebody else, or without any. Nothing is read from the environment, for that
    /// is done by another crate, `aws-config`.
    pub(crate) fn client_of(&self, credentials: Option<Credentials>, sent: &Sent) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .endpoint_url(&self.endpoint)
            // plain HTTP and no proxy
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .interceptor(sent.clone())
            // one attempt, so that a refusal and a lost answer are seen as they are
            .retry_config(RetryConfig::disabled())
            // the two others who sleep
            .timeout_config(TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .sleep_impl(Hasty);
        let config = match credentials {
            Some(credentials) => config.credentials_provider(credentials),
            None => config.allow_no_auth(),
        };
        Client::from_conf(config.build())
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Sleeps, but not for long.
#[derive(Debug)]
struct Hasty;

impl AsyncSleep for Hasty {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration.min(LONGEST_SLEEP)))
    }
}

/// Method and URL of every request as it goes out on the wire.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(Arc<Mutex<Vec<String>>>);

impl Sent {
    /// How many of the requests so far end like this.
    pub(crate) fn count(&self, method: &str, ending: &str) -> usize {
        let requests = self.0.lock().expect("nobody panics with it");
        requests
            .iter()
            .filter(|request| request.starts_with(method) && request.ends_with(ending))
            .count()
    }

    /// The last one.
    pub(crate) fn last(&self) -> String {
        self.0
            .lock()
            .expect("nobody panics with it")
            .last()
            .expect("a request")
            .clone()
    }
}

impl Intercept for Sent {
    fn name(&self) -> &'static str {
        "Sent"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request();
        let line = format!("{} {}", request.method(), request.uri());
        self.0.lock().expect("nobody panics with it").push(line);
        Ok(())
    }
}
