//! The way to the hosts: proxies, gateways, TLS versions, and a look at the connection.

use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use kabinet_portal::{ConnectFault, Endpoints, Portal, PortalError, Proxy, Route, Service, Way};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::mock::{Mock, options, reply_with, token};
use crate::tls::{SecureServer, reserve, secure_server};

const HOST: &str = "epgu.example";
/// Of the host that issues the tokens here; nobody listens.
const ESIA: &str = "http://127.0.0.1:9";

/// A proxy that leads every tunnel to `target`, or answers with `refusal`; keeps the first line of each request.
async fn proxy(target: SocketAddr, refusal: Option<&'static str>) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                kept.lock().unwrap().push(head.lines().next().unwrap().to_owned());
                if let Some(refusal) = refusal {
                    stream.write_all(refusal.as_bytes()).await.unwrap();
                    return;
                }
                stream
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await
                    .unwrap();
                let mut server = TcpStream::connect(target).await.unwrap();
                // Either side may go first; both ends are judged by what arrived.
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    (address, asked)
}

fn endpoints(server: &SecureServer, route: Route) -> Endpoints {
    Endpoints::custom(ESIA, &format!("https://{HOST}"))
        .unwrap()
        .with_roots(server.root_pem.as_bytes())
        .unwrap()
        .by(route)
}

fn by(proxy: SocketAddr) -> Route {
    Route {
        proxy: Proxy::Address(proxy.to_string().parse().unwrap()),
        ..Route::default()
    }
}

#[tokio::test]
async fn a_given_proxy_tunnels_and_learns_only_the_name() {
    let server = secure_server(HOST, rustls::ALL_VERSIONS).await;
    let (address, asked) = proxy(server.address, None).await;
    let endpoints = endpoints(&server, by(address));
    let portal = Portal::new(&endpoints, options()).unwrap();
    assert_eq!(portal.way(Service::Epgu), Way::Proxy(format!("http://{address}")));
    reserve(endpoints).await.unwrap();
    let checked = portal.check(Service::Epgu).await.unwrap();
    assert_eq!(checked.http, 200);
    assert_eq!(server.seen.lock().unwrap().len(), 2);
    for line in asked.lock().unwrap().iter() {
        assert_eq!(line, &format!("CONNECT {HOST}:443 HTTP/1.1"));
    }
}

#[tokio::test]
async fn a_proxy_that_refuses_is_named_and_nothing_has_left() {
    let server = secure_server(HOST, rustls::ALL_VERSIONS).await;
    for refusal in [
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
    ] {
        let (address, _) = proxy(server.address, Some(refusal)).await;
        let error = reserve(endpoints(&server, by(address))).await.unwrap_err();
        assert_eq!(error, PortalError::ProxyRefused, "{refusal}");
        assert!(error.is_retriable() && !error.outcome_unknown());
    }
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_no_server_that_is_not_there() {
    let server = secure_server(HOST, rustls::ALL_VERSIONS).await;
    let nobody = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let error = reserve(endpoints(&server, by(nobody))).await.unwrap_err();
    let reason = ConnectFault::Connect;
    assert_eq!(error, PortalError::Unreachable { reason });
    assert!(server.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_proxy_that_shows_a_certificate_of_its_own_is_not_believed() {
    let server = secure_server(HOST, rustls::ALL_VERSIONS).await;
    let listener = secure_server(HOST, rustls::ALL_VERSIONS).await;
    let (address, _) = proxy(listener.address, None).await;
    let error = reserve(endpoints(&server, by(address))).await.unwrap_err();
    assert_eq!(error, PortalError::ServerUntrusted);
    assert!(listener.seen.lock().unwrap().is_empty());
}

/// The environment belongs to the process, so the test starts itself again with another one.
#[tokio::test]
async fn the_systems_proxy_is_used_unless_it_is_switched_off() {
    const CHILD: &str = "KABINET_TEST_PROXY";
    if let Ok(expected) = std::env::var(CHILD) {
        let base = format!("https://{HOST}");
        let endpoints = Endpoints::custom(&base, "https://direct.example").unwrap();
        let portal = Portal::new(&endpoints, options()).unwrap();
        assert_eq!(portal.way(Service::Esia), Way::Proxy(expected));
        assert_eq!(portal.way(Service::Epgu), Way::Direct);
        let error = portal.check(Service::Esia).await.unwrap_err();
        assert_eq!(error, PortalError::ProxyRefused);
        let route = Route {
            proxy: Proxy::None,
            ..Route::default()
        };
        let portal = Portal::new(&endpoints.by(route), options()).unwrap();
        assert_eq!(portal.way(Service::Esia), Way::Direct);
        return;
    }
    let refusal = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    let (address, asked) = proxy("127.0.0.1:9".parse().unwrap(), Some(refusal)).await;
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "route::the_systems_proxy_is_used_unless_it_is_switched_off",
        ])
        .env(CHILD, format!("http://{address}"))
        .env("HTTPS_PROXY", format!("http://user:secret@{address}"))
        .env("NO_PROXY", "direct.example")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap())
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(
        asked.lock().unwrap().as_slice(),
        [format!("CONNECT {HOST}:443 HTTP/1.1")]
    );
}

#[tokio::test]
async fn loopback_is_asked_directly_whatever_the_proxy() {
    let mock = Mock::always(200, r#"{"orderId":1}"#).await;
    let base = format!("http://{}", mock.address);
    let route = by("127.0.0.1:9".parse().unwrap());
    let endpoints = Endpoints::custom(&base, &base).unwrap().by(route);
    let portal = Portal::new(&endpoints, options()).unwrap();
    assert_eq!(portal.way(Service::Esia), Way::Direct);
    portal.check(Service::Esia).await.unwrap();
    assert_eq!(mock.seen().len(), 1);
}

#[tokio::test]
async fn a_gateway_gets_the_path_and_the_name_of_the_portal() {
    let mock = Mock::always(200, r#"{"orderId":1}"#).await;
    let route = Route {
        epgu_gateway: Some(mock.address.to_string().parse().unwrap()),
        ..Route::default()
    };
    let endpoints = Endpoints::custom(ESIA, "https://epgu.example:8443/base")
        .unwrap()
        .by(route);
    let portal = Portal::new(&endpoints, options()).unwrap();
    assert_eq!(portal.way(Service::Epgu), Way::Gateway(mock.address.to_string()));
    assert_eq!(portal.host(Service::Epgu), "epgu.example");
    assert_eq!(
        portal.way(Service::Esia),
        Way::Direct,
        "only what was named goes by it"
    );
    reserve(endpoints).await.unwrap();
    let seen = mock.only_request();
    assert_eq!(seen.header("host"), Some("epgu.example:8443"));
    assert_eq!(seen.uri, "/base/api/gusmev/order");
    assert!(seen.header("authorization").is_some());
}

#[tokio::test]
async fn a_redirect_behind_a_gateway_is_not_followed() {
    let mock = Mock::start(|_| reply_with(302, "location", "https://evil.example/", "")).await;
    let route = Route {
        epgu_gateway: Some(mock.address.to_string().parse().unwrap()),
        ..Route::default()
    };
    let endpoints = Endpoints::custom(ESIA, "https://epgu.example").unwrap().by(route);
    let portal = Portal::new(&endpoints, options()).unwrap();
    let error = portal
        .order(&token().await, kabinet_domain::OrderId(1))
        .await
        .unwrap_err();
    let host = "evil.example".to_owned();
    assert_eq!(error, PortalError::HostNotAllowed { host });
    assert_eq!(mock.seen().len(), 1);
}

#[tokio::test]
async fn tls_1_2_is_the_floor_and_can_be_raised() {
    let old = secure_server("127.0.0.1", &[&rustls::version::TLS12]).await;
    let base = format!("https://{}", old.address);
    let trusting = || {
        Endpoints::custom(&base, &base)
            .unwrap()
            .with_roots(old.root_pem.as_bytes())
            .unwrap()
    };
    reserve(trusting()).await.unwrap();
    let route = Route {
        only_tls13: true,
        ..Route::default()
    };
    let error = reserve(trusting().by(route)).await.unwrap_err();
    let reason = ConnectFault::Tls;
    assert_eq!(error, PortalError::Unreachable { reason });
    assert_eq!(old.seen.lock().unwrap().len(), 1);
}
