//! The way to the portal: what settings take, what a look finds, and that who is signed in stays so.

use std::net::TcpListener;

use kabinet_app::view::{
    ConnectionWay, CreateVault, Environment, PortalService, Protection, ProxyChoice, Settings,
};
use kabinet_portal::Options;
use kabinet_testkit::Stand;

use crate::desk::{Desk, code};

async fn settings(desk: &Desk, change: impl FnOnce(&mut Settings)) -> Result<(), kabinet_app::AppError> {
    let mut settings = desk.app.state().await.settings;
    change(&mut settings);
    desk.app.save_settings(settings).await.map(drop)
}

fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_at_the_connection_names_each_host_and_its_voucher() {
    let desk = Desk::new().await;
    let checks = desk.app.check_connection(None).await.unwrap();
    let services: Vec<_> = checks.iter().map(|check| check.service).collect();
    assert_eq!(services, [PortalService::Esia, PortalService::Epgu]);
    for check in checks {
        assert_eq!((check.way, check.error), (ConnectionWay::Direct, None));
        assert!(check.issuer.is_some() && check.milliseconds.is_some());
        assert!(check.clock_offset_seconds.unwrap().abs() < 5);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_cannot_be_used_leave_the_settings_as_they_were() {
    let desk = Desk::new().await;
    let refused = settings(&desk, |all| {
        all.connection.proxy = ProxyChoice::Address;
        all.connection.proxy_address = "http://user:secret@proxy.example".to_owned();
    });
    assert_eq!(code(refused.await), "portal.setup.proxy");
    let refused = settings(&desk, |all| {
        all.connection.epgu_gateway = "10.0.0.1:443".to_owned()
    });
    assert_eq!(code(refused.await), "portal.setup.gateway");
    let kept = desk.app.state().await.settings.connection;
    assert_eq!(kept, Settings::default().connection);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_is_taken_at_once_and_nobody_has_to_sign_in_again() {
    let desk = Desk::signed_in().await;
    let gateway = closed_port();
    settings(&desk, |all| all.connection.epgu_gateway.clone_from(&gateway))
        .await
        .unwrap();
    assert!(desk.app.state().await.session.is_some());
    let checks = desk.app.check_connection(None).await.unwrap();
    assert_eq!(checks[0].error, None);
    assert_eq!(
        (checks[1].way, checks[1].address.as_ref()),
        (ConnectionWay::Gateway, Some(&gateway))
    );
    assert_eq!(checks[1].error.as_ref().unwrap().code, "portal.unreachable");
    settings(&desk, |all| all.connection.epgu_gateway.clear())
        .await
        .unwrap();
    let checks = desk.app.check_connection(None).await.unwrap();
    assert!(checks.iter().all(|check| check.error.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_of_ones_own_needs_its_addresses_before_there_is_a_vault() {
    let desk = Desk::empty(Stand::start(), Options::default());
    let request = CreateVault {
        environment: Environment::Custom,
        protection: Protection::Keychain,
    };
    assert_eq!(code(desk.app.create_vault(request).await), "portal.setup.url");
    let urls = desk.stand.demo.urls.clone();
    settings(&desk, |all| {
        all.connection.own_esia.clone_from(&urls.esia);
        all.connection.own_epgu.clone_from(&urls.epgu);
    })
    .await
    .unwrap();
    // The root of the demo portal is not among those of the system.
    let checks = desk
        .app
        .check_connection(Some(Environment::Custom))
        .await
        .unwrap();
    for check in checks {
        assert_eq!(check.error.unwrap().code, "portal.server-untrusted");
    }
    let own = desk.path("trust").join("tls");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::copy(desk.stand.dir().join("tls-ca.crt"), own.join("portal.crt")).unwrap();
    let checks = desk
        .app
        .check_connection(Some(Environment::Custom))
        .await
        .unwrap();
    assert!(checks.iter().all(|check| check.error.is_none()));
    let state = desk.app.create_vault(request).await.unwrap();
    assert_eq!(state.environment, Some(Environment::Custom));
}
