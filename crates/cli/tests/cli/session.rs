//! Signing in and out.

use kabinet_testkit::PIN;

use crate::office::Office;

#[test]
fn a_sign_in_says_for_whom_and_until_when_or_why_not() {
    let office = Office::new();
    for usage in [
        &["sign-in"][..],
        &["sign-in", "--browser", "--cert", "x"],
        &["sign-in", "--cert", "x", "--print"],
    ] {
        office.ctl.run(usage, b"").expect(64);
    }
    let session = office.run_with(PIN, &["sign-in"]).expect(0).json();
    assert_eq!(
        (&session["way"], &session["renews"]),
        (&"signature".into(), &false.into())
    );
    office.ctl.run(&["sign-out"], b"").expect(0);

    // Demo data of an older version know no sign-in in the browser.
    let index = office.stand.dir().join("demo.json");
    let mut demo: serde_json::Value = serde_json::from_slice(&std::fs::read(&index).unwrap()).unwrap();
    demo.as_object_mut().unwrap().remove("esia_certificates");
    std::fs::write(&index, demo.to_string()).unwrap();
    let run = office
        .ctl
        .run(&["sign-in", "--browser", "--print"], b"")
        .expect(1);
    assert_eq!(run.error(), "app.esia-not-set-up");
}
