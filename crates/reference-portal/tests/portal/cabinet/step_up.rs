//! Step-up: once, for one call, with what was demanded.

use base64ct::{Base64, Encoding as _};
use reqwest::Method;
use serde_json::{Value, json};

use super::Cabinet;
use crate::stand::Stand;

impl Cabinet<'_> {
    /// Meets a demand with the password and a code; returns its id.
    pub fn confirm(&self, refusal: Value) -> String {
        assert_eq!(refusal["code"], "step-up-required", "{refusal}");
        let step = &refusal["stepUp"];
        let id = step["id"].as_str().unwrap().to_owned();
        for factor in step["all"].as_array().unwrap() {
            let value = match factor.as_str().unwrap() {
                "password" => self.password(),
                channel => {
                    self.posted(&format!("/step-up/{id}/send"), &json!({"channel": channel}), 200);
                    self.last_code()
                }
            };
            let body = json!({"factor": factor, "value": value});
            self.posted(&format!("/step-up/{id}/confirm"), &body, 200);
        }
        id
    }

    /// Password of the director, who is the one to confirm in these tests.
    fn password(&self) -> String {
        crate::stand::password(self.stand, "director")
    }

    /// A demand of the director for unlinking.
    fn demand(&self) -> (String, Value, String) {
        let path = format!("/me/organisations/{}", self.romashka());
        let refusal: Value = self.delete(&path).json().unwrap();
        let id = refusal["stepUp"]["id"].as_str().unwrap().to_owned();
        (path, refusal["stepUp"].clone(), id)
    }
}

#[test]
fn a_demand_says_what_is_wanted_and_until_when() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let (_, step, _) = director.demand();
    assert_eq!(step["operation"], "organisation.unlink");
    assert_eq!(step["all"].as_array().unwrap().len(), 2);
    assert!(step["all"].as_array().unwrap().contains(&json!("password")));
    let text = Base64::decode_vec(step["bytesToSign"].as_str().unwrap()).unwrap();
    assert!(
        String::from_utf8(text)
            .unwrap()
            .contains("Открепление организации")
    );
    assert!(step["expires"].as_str().unwrap().contains('+'));
}

#[test]
fn an_unconfirmed_half_confirmed_or_foreign_demand_opens_nothing() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let (path, _, id) = director.demand();
    assert_eq!(director.delete_confirmed(&path, &id).status(), 403);
    let password = json!({"factor": "password", "value": crate::stand::password(&stand, "director")});
    let progress = director.posted(&format!("/step-up/{id}/confirm"), &password, 200);
    assert_eq!(progress["done"], false);
    assert_eq!(progress["remaining"].as_array().unwrap().len(), 1);
    assert_eq!(director.delete_confirmed(&path, &id).status(), 403);
    let stranger = Cabinet::of(&stand, "stranger");
    stranger.refused(&format!("/step-up/{id}/confirm"), &password, 404, "not-found");
    stranger.refused(
        &format!("/step-up/{id}/send"),
        &json!({"channel": "sms"}),
        404,
        "not-found",
    );
    assert_eq!(director.delete_confirmed(&path, "nonsense").status(), 400);
}

#[test]
fn three_wrong_answers_end_a_demand() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let (_, _, id) = director.demand();
    let confirm = format!("/step-up/{id}/confirm");
    let wrong = json!({"factor": "password", "value": "wrong"});
    for left in [2, 1, 0] {
        let problem = director.refused(&confirm, &wrong, 422, "factor-wrong");
        assert_eq!(problem["attemptsLeft"], left);
    }
    let right = json!({"factor": "password", "value": crate::stand::password(&stand, "director")});
    director.refused(&confirm, &right, 410, "step-up-ended");
    let told = director.get("/notifications");
    let last = told.as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["important"]),
        (&json!("security"), &json!(true))
    );
}

#[test]
fn a_confirmed_demand_is_good_for_one_call_of_one_kind() {
    let stand = Stand::start();
    // An application that is over cannot be changed.
    stand.set(&json!({"speed": 0.0}));
    let director = Cabinet::of(&stand, "director");
    let filed = director.posted(
        "/registrations",
        &super::registrations::whole_application(&director),
        201,
    );
    let path = format!("/registrations/{}", filed["id"].as_str().unwrap());
    let change = |body: &Value, id: Option<&str>| {
        let request = director.request(Method::PUT, &path).json(body);
        let request = match id {
            Some(id) => request.header("X-Step-Up", id),
            None => request,
        };
        let answer = request.send().unwrap();
        (answer.status().as_u16(), answer.json::<Value>().unwrap())
    };
    let body = super::registrations::whole_application(&director);
    let (status, refusal) = change(&body, None);
    assert_eq!(status, 403);
    let id = refusal["stepUp"]["id"].as_str().unwrap();
    director.posted(&format!("/step-up/{id}/send"), &json!({"channel": "sms"}), 200);
    let code = json!({"factor": "sms", "value": director.last_code()});
    director.posted(&format!("/step-up/{id}/confirm"), &code, 200);
    let mut other = body.clone();
    other["fullName"] = json!("Совсем другое");
    assert_eq!(change(&other, Some(id)).0, 403);
    assert_eq!(change(&body, Some(id)).0, 200);
    assert_eq!(change(&body, Some(id)).0, 403);
}

#[test]
fn codes_are_resent_after_a_pause_and_expire() {
    let stand = Stand::start();
    let director = Cabinet::of(&stand, "director");
    let (_, _, id) = director.demand();
    let (send, confirm) = (format!("/step-up/{id}/send"), format!("/step-up/{id}/confirm"));
    director.refused(
        &confirm,
        &json!({"factor": "sms", "value": "123456"}),
        422,
        "code-expired",
    );
    director.refused(&send, &json!({"channel": "email"}), 422, "factor-not-offered");
    let sent = director.posted(&send, &json!({"channel": "sms"}), 200);
    assert!(sent["to"].as_str().unwrap().contains('•'));
    let early = director.refused(&send, &json!({"channel": "sms"}), 429, "too-often");
    assert!(early["retryAfterSeconds"].as_u64().unwrap() <= 60);
    stand.set(&json!({"cabinet": {"resend_pause_s": 0, "code_lifetime_s": 0}}));
    director.posted(&send, &json!({"channel": "sms"}), 200);
    let expired = json!({"factor": "sms", "value": director.last_code()});
    director.refused(&confirm, &expired, 422, "code-expired");
    stand.set(&json!({"cabinet": {"step_up_lifetime_s": 0}}));
    let (_, _, id) = director.demand();
    director.refused(
        &format!("/step-up/{id}/send"),
        &json!({"channel": "sms"}),
        410,
        "step-up-ended",
    );
}
