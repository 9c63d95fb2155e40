//! What is written into logs, at their most talkative.

use std::io::Write;
use std::sync::{Arc, Mutex};

use kabinet_portal::esia::{Code, Scopes};

use super::provider::{Provider, access_token, form_of, settings};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_token_code_or_verifier_stands_in_a_log() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // Of the whole program: what the other tests do meanwhile must not write such things either.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let form = async {
        let provider = Provider::start(settings(&["esia"]), |_, _| {}).await;
        let authorization = provider.authorize(Scopes::person()).await;
        let tokens = provider
            .portal
            .exchange_code(&provider.system, authorization, Code::new("the-code".to_owned()))
            .await
            .unwrap();
        provider
            .portal
            .esia_person(&tokens.access, "7")
            .await
            .unwrap_err();
        let refresh = tokens.refresh.unwrap();
        provider
            .portal
            .refresh(&provider.system, &Scopes::person(), refresh)
            .await
            .unwrap();
        form_of(&provider.mock.seen()[0])
    }
    .await;
    let written = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(
        written.contains("tokens came"),
        "nothing was listened to: {written}"
    );
    let token = access_token(1_000_000_002, None);
    // The same for every token of the test: the moment of its end comes later.
    let payload = &token.split('.').nth(1).unwrap()[..24];
    for secret in ["the-code", "the-refresh-token", &form["code_verifier"], payload] {
        assert!(!written.contains(secret), "{secret}: {written}");
    }
}
