//! Many clients at once: each signs in by API key, reserves a number, pushes a small archive and asks until the order
//! has ended. Bounded in number and time.

use std::collections::BTreeMap;
use std::collections::HashSet;
use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use kabinet_reference_portal::demo::{self, Ports};
use kabinet_reference_portal::{Config, DatabaseAddress, Listeners, Portal, Settings};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::openssl;

/// What to load the portal with.
#[derive(Clone, Debug)]
pub struct Plan {
    pub clients: usize,
    /// All of it must be over by then.
    pub most: Duration,
    /// How much faster than usual orders move.
    pub speed: f64,
    pub database: Option<DatabaseAddress>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub clients: usize,
    pub took: Duration,
    /// Latencies by step, shortest first.
    pub steps: BTreeMap<&'static str, Vec<Duration>>,
    /// What went wrong, a line each.
    pub failures: Vec<String>,
}

/// A service whose archive needs no signatures.
const SERVICE: &str = "10000000585";
const STEPS: [&str; 4] = ["1 token", "2 reserve", "3 push", "4 poll"];
/// Between two questions of one client.
const PAUSE: Duration = Duration::from_millis(500);

impl Plan {
    /// Starts a portal, loads it, and compares what clients saw with what the portal has.
    pub fn run(&self) -> Outcome {
        let dir = tempfile::tempdir().unwrap();
        let any = Ports {
            https: 0,
            pki: 0,
            operator: 0,
        };
        let listeners = Listeners::bind(any).unwrap();
        let index = demo::init(dir.path(), listeners.ports().unwrap()).unwrap();
        let portal = Portal::start(Config {
            dir: dir.path().into(),
            listeners,
            settings: Settings {
                speed: self.speed,
                // One employee stands for all clients here.
                order_limit: u32::MAX,
                requests_per_minute: u32::MAX,
                requests_per_hour: u32::MAX,
                requests_per_day: u32::MAX,
                ..Settings::default()
            },
            database: self.database.clone(),
            faults: vec![],
        })
        .unwrap();
        let key = index.api_key("accountant").unwrap().to_string();
        let signature = openssl::sign(&dir.path().join("pki"), "accountant", key.as_bytes());
        let sign_in = format!(
            "{}/esia-rs/api/public/v1/orgs/ext-app/{key}/tkn?signature={}",
            portal.urls.esia,
            Base64UrlUnpadded::encode_string(&signature)
        );
        let station = Arc::new(Station {
            http: client(dir.path()),
            sign_in,
            epgu: portal.urls.epgu.clone(),
            archive: archive(),
            end: Instant::now() + self.most,
        });
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut outcome = runtime.block_on(self.load(&station));
        let control = format!("{}/orders", portal.urls.control);
        let orders: Vec<Value> = runtime.block_on(async {
            let answer = station.http.get(control).send().await.unwrap();
            answer.json().await.unwrap()
        });
        outcome.failures.extend(self.compare(&orders));
        drop(runtime);
        portal.shutdown();
        outcome
    }

    async fn load(&self, station: &Arc<Station>) -> Outcome {
        let start = Instant::now();
        let mut clients = JoinSet::new();
        for _ in 0..self.clients {
            let station = station.clone();
            clients.spawn(async move {
                let mut times = vec![];
                let done = station.visit(&mut times).await;
                (done, times)
            });
        }
        let mut outcome = Outcome {
            clients: self.clients,
            ..Outcome::default()
        };
        let mut numbers = HashSet::new();
        while let Some(client) = clients.join_next().await {
            let (done, times) = client.unwrap();
            for (step, time) in times {
                outcome.steps.entry(step).or_default().push(time);
            }
            match done {
                Ok(number) if numbers.insert(number) => {}
                Ok(number) => outcome.failures.push(format!("number {number} was given twice")),
                Err(why) => outcome.failures.push(why.to_string()),
            }
        }
        outcome.took = start.elapsed();
        outcome.steps.values_mut().for_each(|times| times.sort_unstable());
        outcome
    }

    /// No order twice, none lost, none left lying.
    fn compare(&self, orders: &[Value]) -> Vec<String> {
        let mut failures = vec![];
        if orders.len() != self.clients {
            failures.push(format!("{} clients, {} orders", self.clients, orders.len()));
        }
        for order in orders {
            let seen = (&order["pushes"], &order["push_requests"], &order["status_id"]);
            if seen != (&json!(1), &json!(1), &json!(3)) {
                failures.push(format!(
                    "order {}: pushes, requests, status {seen:?}",
                    order["id"]
                ));
            }
        }
        failures
    }
}

/// Why a client gave up.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}: {1}")]
    Http(&'static str, reqwest::Error),
    #[error("{0}: answered {1}")]
    Status(&'static str, u16),
    #[error("{0}: the answer lacks {1}")]
    Shape(&'static str, &'static str),
    #[error("the order did not end in time")]
    Late,
}

struct Station {
    http: Client,
    sign_in: String,
    epgu: String,
    archive: Vec<u8>,
    end: Instant,
}

type Times = Vec<(&'static str, Duration)>;

impl Station {
    /// One client from its sign-in to the end of its order; the number of the order.
    async fn visit(&self, times: &mut Times) -> Result<i64, Failure> {
        let [sign_in, reserve, push, poll] = STEPS;
        let answer = timed(sign_in, times, self.http.get(&self.sign_in)).await?;
        let token = answer["accessTkn"]
            .as_str()
            .ok_or(Failure::Shape(sign_in, "accessTkn"))?;
        let meta =
            json!({"region": "45000000000", "serviceCode": SERVICE, "targetCode": format!("-{SERVICE}")});
        let at = |path: &str| format!("{}/api/gusmev/{path}", self.epgu);
        let request = self.http.post(at("order")).bearer_auth(token).json(&meta);
        let answer = timed(reserve, times, request).await?;
        let number = answer["orderId"]
            .as_i64()
            .ok_or(Failure::Shape(reserve, "orderId"))?;
        let form = Form::new()
            .text("meta", meta.to_string())
            .text("orderId", number.to_string())
            .part("file", Part::bytes(self.archive.clone()).file_name("archive.zip"));
        let request = self
            .http
            .post(at("push/chunked"))
            .bearer_auth(token)
            .multipart(form);
        timed(push, times, request).await?;
        loop {
            let request = self
                .http
                .get(at(&format!("order/getOrdersStatus?orderIds={number}")))
                .bearer_auth(token);
            let answer = timed(poll, times, request).await?;
            if answer["content"][0]["status"]["statusId"] == 3 {
                return Ok(number);
            }
            if Instant::now() > self.end {
                return Err(Failure::Late);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

async fn timed(
    step: &'static str,
    times: &mut Times,
    request: reqwest::RequestBuilder,
) -> Result<Value, Failure> {
    let http = |error| Failure::Http(step, error);
    let start = Instant::now();
    let answer: Response = request.send().await.map_err(http)?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(http)?;
    times.push((step, start.elapsed()));
    if status != 200 {
        return Err(Failure::Status(step, status));
    }
    serde_json::from_slice(&body).map_err(|_| Failure::Shape(step, "JSON"))
}

fn client(dir: &Path) -> Client {
    // Another test of the process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ca = std::fs::read(dir.join("tls-ca.crt")).unwrap();
    Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(&ca).unwrap()])
        .build()
        .unwrap()
}

fn archive() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("attach.xml", options).unwrap();
    writer.write_all(b"<a/>").unwrap();
    writer.finish().unwrap().into_inner()
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let requests: usize = self.steps.values().map(Vec::len).sum();
        let rate = |count: usize| count as f64 / self.took.as_secs_f64();
        writeln!(
            f,
            "{} clients in {:.1} s: {:.1} orders/s, {:.1} requests/s, {} failures",
            self.clients,
            self.took.as_secs_f64(),
            rate(self.clients),
            rate(requests),
            self.failures.len()
        )?;
        writeln!(
            f,
            "{:<10} {:>8} {:>9} {:>9} {:>9} {:>9}",
            "step", "count", "p50 ms", "p95 ms", "p99 ms", "max ms"
        )?;
        for (step, times) in &self.steps {
            let at = |part: f64| {
                let place = ((times.len() - 1) as f64 * part).round() as usize;
                times[place].as_secs_f64() * 1000.0
            };
            writeln!(
                f,
                "{step:<10} {:>8} {:>9.1} {:>9.1} {:>9.1} {:>9.1}",
                times.len(),
                at(0.5),
                at(0.95),
                at(0.99),
                at(1.0)
            )?;
        }
        self.failures
            .iter()
            .take(10)
            .try_for_each(|failure| writeln!(f, "  {failure}"))
    }
}
