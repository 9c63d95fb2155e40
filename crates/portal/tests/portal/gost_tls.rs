//! Servers of OpenSSL: older TLS than may be, and TLS with GOST ciphers behind stunnel, as an organisation would run it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kabinet_portal::{ConnectFault, Endpoints, Portal, PortalError, Route, Service, Way};
use tempfile::TempDir;

use crate::mock::options;

const HOST: &str = "epgu.example";
const CIPHERS: &str = "GOST2012-KUZNYECHIK-KUZNYECHIKOMAC:GOST2012-MAGMA-MAGMAOMAC@SECLEVEL=0";
const ENGINE: &str = "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n[gost]\n\
                      engine_id = gost\ndefault_algorithms = ALL\n[req]\ndistinguished_name = dn\n[dn]\n";

/// Ended with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn openssl(folder: &Path) -> Command {
    let mut command = Command::new("openssl");
    command
        .current_dir(folder)
        .env("OPENSSL_CONF", folder.join("engine.cnf"));
    command
}

/// A key and a certificate for [`HOST`] and 127.0.0.1.
fn folder_with(algorithm: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("engine.cnf"), ENGINE).unwrap();
    let made = openssl(folder.path())
        .args([
            "req", "-x509", "-nodes", "-days", "2", "-keyout", "key.pem", "-out", "cert.pem",
        ])
        .args(["-subj", &format!("/CN={HOST}"), "-config", "engine.cnf"])
        .args([
            "-addext",
            &format!("subjectAltName=DNS:{HOST},IP:127.0.0.1"),
            "-newkey",
        ])
        .args(algorithm)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    folder
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn wait_for(port: u16) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < deadline, "nobody listens on {port}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn server(folder: &TempDir, arguments: &[&str]) -> (Process, u16) {
    let port = free_port();
    let child = openssl(folder.path())
        .args(["s_server", "-accept", &format!("127.0.0.1:{port}"), "-www"])
        .args(["-key", "key.pem", "-cert", "cert.pem"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let process = Process(child);
    wait_for(port);
    (process, port)
}

/// stunnel with the GOST engine, as docs/gost-tls.md has it, that trusts `root` alone.
fn stunnel(folder: &TempDir, server: u16, root: &Path) -> (Process, u16) {
    let port = free_port();
    let configuration = format!(
        "foreground = yes\ndebug = 5\npid =\n[epgu]\nclient = yes\naccept = 127.0.0.1:{port}\n\
         connect = 127.0.0.1:{server}\nsni = {HOST}\nverifyChain = yes\nCAfile = {}\ncheckHost = {HOST}\n\
         ciphers = {CIPHERS}\nsslVersionMax = TLSv1.2\n",
        root.display()
    );
    fs::write(folder.path().join("stunnel.conf"), configuration).unwrap();
    let mut child = Command::new("stunnel")
        .arg(folder.path().join("stunnel.conf"))
        .env("OPENSSL_CONF", folder.path().join("engine.cnf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("stunnel is missing: ./dev setup installs stunnel4");
    let said = child.stderr.take().unwrap();
    let process = Process(child);
    let ready = BufReader::new(said)
        .lines()
        .map_while(Result::ok)
        .any(|line| line.contains("Configuration successful"));
    assert!(ready, "stunnel did not start");
    wait_for(port);
    (process, port)
}

fn behind(port: u16) -> Portal {
    let gateway = SocketAddr::from(([127, 0, 0, 1], port)).to_string();
    let route = Route {
        epgu_gateway: Some(gateway.parse().unwrap()),
        ..Route::default()
    };
    let endpoints = Endpoints::custom("https://esia.invalid", &format!("https://{HOST}"))
        .unwrap()
        .by(route);
    Portal::new(&endpoints, options()).unwrap()
}

#[tokio::test]
async fn older_tls_than_1_2_is_refused() {
    let folder = folder_with(&["rsa:2048"]);
    let root = fs::read(folder.path().join("cert.pem")).unwrap();
    let ciphers = ["-cipher", "DEFAULT@SECLEVEL=0"];
    for (version, accepted) in [("-tls1_2", true), ("-tls1_1", false), ("-tls1", false)] {
        let (_server, port) = server(&folder, &[&[version][..], &ciphers].concat());
        let base = format!("https://127.0.0.1:{port}");
        let endpoints = Endpoints::custom(&base, &base)
            .unwrap()
            .with_roots(&root)
            .unwrap();
        let portal = Portal::new(&endpoints, options()).unwrap();
        let checked = portal.check(Service::Epgu).await;
        let reason = ConnectFault::Tls;
        match checked {
            Ok(checked) => assert!(accepted && checked.http == 200, "{version}"),
            Err(error) => {
                assert!(!accepted, "{version}: {error:?}");
                assert_eq!(error, PortalError::Unreachable { reason }, "{version}");
            }
        }
    }
}

#[tokio::test]
async fn a_portal_that_speaks_gost_tls_alone_is_reached_by_the_gateway() {
    let folder = folder_with(&["gost2012_256", "-pkeyopt", "paramset:A"]);
    let (_server, port) = server(&folder, &["-tls1_2", "-cipher", CIPHERS]);
    // Without the gateway the two have no cipher in common.
    let base = format!("https://127.0.0.1:{port}");
    let direct = Portal::new(&Endpoints::custom(&base, &base).unwrap(), options()).unwrap();
    let reason = ConnectFault::Tls;
    let error = direct.check(Service::Epgu).await.unwrap_err();
    assert_eq!(error, PortalError::Unreachable { reason });

    let (_stunnel, gateway) = stunnel(&folder, port, &folder.path().join("cert.pem"));
    let portal = behind(gateway);
    assert_eq!(
        portal.way(Service::Epgu),
        Way::Gateway(format!("127.0.0.1:{gateway}"))
    );
    assert_eq!(portal.check(Service::Epgu).await.unwrap().http, 200);
}

#[tokio::test]
async fn a_gateway_that_does_not_trust_the_portal_gives_no_answer() {
    let folder = folder_with(&["gost2012_256", "-pkeyopt", "paramset:A"]);
    let stranger = folder_with(&["gost2012_256", "-pkeyopt", "paramset:A"]);
    let (_server, port) = server(&folder, &["-tls1_2", "-cipher", CIPHERS]);
    let (_stunnel, gateway) = stunnel(&folder, port, &stranger.path().join("cert.pem"));
    let error = behind(gateway).check(Service::Epgu).await.unwrap_err();
    assert!(matches!(error, PortalError::Unavailable { .. }), "{error:?}");
}
