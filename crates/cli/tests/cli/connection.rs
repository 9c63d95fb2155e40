//! A look at the connection on the command line.

use kabinet_testkit::Stand;

use crate::kabinetctl;

#[test]
fn each_host_is_named_and_one_that_is_not_there_gives_its_code() {
    let mut stand = Stand::start();
    let ctl = kabinetctl().with("KABINET_DEMO", stand.dir());
    let asked = ["connection", "--environment", "demo"];
    let checks = ctl.run(&asked, b"").expect(0).json();
    for (check, service) in checks["checks"].as_array().unwrap().iter().zip(["esia", "epgu"]) {
        assert_eq!(
            (&check["service"], &check["way"], &check["error"]),
            (&service.into(), &"direct".into(), &().into()),
            "{checks:#}"
        );
    }
    stand.stop();
    let checks = ctl.run(&asked, b"").expect(69).json();
    for check in checks["checks"].as_array().unwrap() {
        assert_eq!(check["error"]["code"], "portal.unreachable", "{checks:#}");
    }
    let text = ctl.say("ru_RU.UTF-8", &asked).expect(69).text();
    assert!(
        text.contains("ЕСИА, вход (127.0.0.1), напрямую, не отвечает"),
        "{text}"
    );
}
