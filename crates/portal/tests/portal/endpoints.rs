//! Which addresses may be opened that the portal names.

use kabinet_domain::Environment;
use kabinet_portal::Endpoints;

#[test]
fn only_pages_of_its_own_hosts_are_opened() {
    let endpoints = Endpoints::custom("https://esia.example.ru", "https://lk.example.ru:8443/base").unwrap();
    for page in [
        "https://esia.example.ru/idp/security",
        "https://ESIA.example.ru:443/",
        "https://lk.example.ru:8443/confirm?way=bank#top",
    ] {
        assert!(endpoints.has_page(page), "{page}");
    }
    for foreign in [
        "",
        "/idp/security",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://esia.example.ru/idp/security",
        "https://esia.example.ru:444/",
        "https://lk.example.ru/",
        "https://esia.example.ru.evil.example/",
        "https://evil.example/https://esia.example.ru/",
        "https://esia.example.ru@evil.example/",
        "https://somebody:secret@esia.example.ru/",
        "https://esia.example.ru\\@evil.example/..",
    ] {
        assert!(!endpoints.has_page(foreign), "{foreign}");
    }
    let production = Endpoints::published(Environment::Production).unwrap();
    assert!(production.has_page("https://esia.gosuslugi.ru/profile"));
    assert!(!production.has_page("https://esia-portal1.test.gosuslugi.ru/"));
}
