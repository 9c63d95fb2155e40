//! The first start: a vault, an organisation, and coming back to them.

use kabinet_app::check_requisites;
use kabinet_app::view::{
    CreateVault, Environment, NewOrganisation, OrganisationKind, Phase, Protection, Requisites, SecretKind,
    SecretPurpose,
};
use kabinet_portal::Options;
use kabinet_testkit::Stand;

use crate::desk::{Desk, PASSPHRASE, code};

fn empty() -> Desk {
    Desk::empty(Stand::start(), Options::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_behind_a_passphrase_is_made_closed_and_opened() {
    let desk = empty();
    assert_eq!(desk.app.state().await.phase, Phase::FirstStart);
    let state = desk.create_vault(Protection::Passphrase).await.unwrap();
    assert_eq!(
        (state.phase, state.environment),
        (Phase::NoOrganisation, Some(Environment::Demo))
    );
    assert_eq!(state.protection, Some(Protection::Passphrase));
    let asked = desk.person.was_asked();
    assert_eq!(
        (asked.len(), asked[0].kind, asked[0].purpose),
        (1, SecretKind::NewPassphrase, SecretPurpose::CreateVault)
    );
    assert!(asked[0].min_length >= 8);
    assert!(desk.keychain.is_empty());

    assert_eq!(desk.app.lock().await.phase, Phase::Locked);
    assert_eq!(code(desk.app.outbox().await), "app.locked");
    desk.person.types_passphrase(Some("другая длинная фраза"));
    assert_eq!(code(desk.app.unlock().await), "vault.wrong-passphrase");
    assert_eq!(desk.app.state().await.phase, Phase::Locked);
    desk.person.types_passphrase(None);
    assert_eq!(code(desk.app.unlock().await), "app.cancelled");
    desk.person.types_passphrase(Some(PASSPHRASE));
    assert_eq!(desk.app.unlock().await.unwrap().phase, Phase::NoOrganisation);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keychain_opens_the_vault_without_a_question() {
    let desk = Desk::new().await;
    assert!(desk.person.was_asked().is_empty());
    let desk = desk.started_again();
    assert_eq!(desk.app.state().await.phase, Phase::Locked);
    let state = desk.app.unlock().await.unwrap();
    assert_eq!(state.phase, Phase::Ready);
    assert_eq!(state.organisation.unwrap().inn, "9900000017");
    assert!(desk.person.was_asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_keychain_leaves_the_passphrase() {
    let desk = empty();
    desk.create_vault(Protection::Both).await.unwrap();
    desk.app.lock().await;
    desk.keychain
        .fail_with(Some(kabinet_store::KeychainError::Absent));
    desk.person.was_asked();
    assert_eq!(desk.app.unlock().await.unwrap().phase, Phase::NoOrganisation);
    assert_eq!(desk.person.was_asked()[0].kind, SecretKind::Passphrase);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_stops_the_first_start_leaves_no_vault() {
    let desk = empty();
    desk.person.types_passphrase(None);
    assert_eq!(
        code(desk.create_vault(Protection::Passphrase).await),
        "app.cancelled"
    );
    desk.person.types_passphrase(Some("коротко"));
    assert_eq!(
        code(desk.create_vault(Protection::Passphrase).await),
        "vault.passphrase-too-short"
    );
    desk.keychain
        .fail_with(Some(kabinet_store::KeychainError::Locked));
    assert_eq!(
        code(desk.create_vault(Protection::Keychain).await),
        "keychain.locked"
    );
    desk.keychain.fail_with(None);
    std::fs::rename(
        desk.stand.dir().join("demo.json"),
        desk.stand.dir().join("away.json"),
    )
    .unwrap();
    assert_eq!(code(desk.create_vault(Protection::Keychain).await), "app.no-demo");
    std::fs::rename(
        desk.stand.dir().join("away.json"),
        desk.stand.dir().join("demo.json"),
    )
    .unwrap();
    assert_eq!(desk.app.state().await.phase, Phase::FirstStart);
    desk.create_vault(Protection::Keychain).await.unwrap();
    assert_eq!(
        code(desk.create_vault(Protection::Keychain).await),
        "app.vault-exists"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_for_the_real_portal_needs_no_demo() {
    let desk = empty();
    std::fs::remove_file(desk.stand.dir().join("demo.json")).unwrap();
    let request = CreateVault {
        environment: Environment::Production,
        protection: Protection::Keychain,
    };
    let state = desk.app.create_vault(request).await.unwrap();
    assert_eq!(state.environment, Some(Environment::Production));
}

fn typed(inn: &str, ogrn: &str, kpp: &str) -> Requisites {
    Requisites {
        inn: inn.to_owned(),
        ogrn: ogrn.to_owned(),
        kpp: kpp.to_owned(),
    }
}

#[test]
fn requisites_are_judged_while_they_are_typed() {
    let verdict = check_requisites(&typed("", "", ""));
    assert!(
        verdict.inn.is_none() && verdict.ogrn.is_none() && verdict.kpp.is_none() && verdict.kind.is_none()
    );
    let verdict = check_requisites(&typed("7707083893", "1027700132195", "773601001"));
    assert_eq!(verdict.kind, Some(OrganisationKind::Legal));
    assert!(verdict.inn.is_none() && verdict.ogrn.is_none() && verdict.kpp.is_none());
    let verdict = check_requisites(&typed("7707083894", "1027700132196", "77360100"));
    let complaint = |problem: Option<kabinet_app::view::FieldProblem>| problem.unwrap().code;
    assert_eq!(complaint(verdict.inn), "control-digit");
    assert_eq!(complaint(verdict.ogrn), "control-digit");
    assert_eq!(complaint(verdict.kpp), "length");
    // A sole proprietor has another kind of number and no КПП.
    let verdict = check_requisites(&typed("770000000156", "1027700132195", "773601001"));
    assert_eq!(verdict.kind, Some(OrganisationKind::SoleProprietor));
    assert!(verdict.ogrn.is_some() && verdict.kpp.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_with_a_wrong_field_is_not_added_and_the_field_is_named() {
    let desk = empty();
    assert_eq!(code(desk.app.add_organisation(desk.owner()).await), "app.locked");
    desk.create_vault(Protection::Keychain).await.unwrap();
    type Spoil = fn(&mut NewOrganisation);
    let spoilt: [(&str, Spoil); 7] = [
        ("inn", |owner| owner.inn = "9900000018".into()),
        ("ogrn", |owner| owner.ogrn = "1209900000013".into()),
        ("kpp", |owner| owner.kpp = None),
        ("kpp", |owner| owner.kpp = Some("99".into())),
        ("region", |owner| owner.region = "Москва".into()),
        ("name", |owner| owner.name = "  ".into()),
        ("api-key", |owner| owner.api_key = Some("not a key".into())),
    ];
    for (field, spoil) in spoilt {
        let mut owner = desk.owner();
        spoil(&mut owner);
        let error = desk.app.add_organisation(owner).await.unwrap_err();
        assert_eq!(
            (error.code(), error.params()["field"].as_str()),
            ("app.requisite", field)
        );
    }
    assert_eq!(desk.app.state().await.phase, Phase::NoOrganisation);
    let state = desk.app.add_organisation(desk.owner()).await.unwrap();
    assert_eq!(state.phase, Phase::Ready);
    assert!(state.organisation.unwrap().has_api_key);
    assert_eq!(
        code(desk.app.add_organisation(desk.owner()).await),
        "app.organisation-exists"
    );
    assert_eq!(desk.actions().await, ["organisation-added"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_one_organisation_are_not_seen_from_another() {
    let desk = Desk::new().await;
    desk.signed_akt().await;
    let first = desk.app.state().await.organisation.unwrap().id;
    let other = &desk.stand.demo.organisations[1];
    let state = desk
        .app
        .add_organisation(NewOrganisation {
            name: other.short_name.clone(),
            inn: other.inn.clone(),
            ogrn: other.ogrn.clone(),
            kpp: Some(other.kpp.clone()),
            region: other.region.clone(),
            api_key: None,
        })
        .await
        .unwrap();
    assert_eq!(state.organisations.len(), 2);
    assert_eq!(desk.app.documents(Default::default()).await.unwrap().total, 0);
    assert_eq!(code(desk.sign_in_as("accountant").await), "app.no-api-key");
    desk.app.select_organisation(&first).await.unwrap();
    assert_eq!(desk.app.documents(Default::default()).await.unwrap().total, 1);
}
