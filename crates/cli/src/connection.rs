//! `kabinetctl connection`: whether the hosts of the portal can be reached, and how.

use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::view::{ConnectionCheck, ConnectionWay, Params, PortalService};
use serde_json::json;

use crate::arguments::{Arguments, Environment};
use crate::local::app;
use crate::output::{DONE, Output, UNAVAILABLE};
use crate::secrets::Given;

/// Looks without opening the vault; a host that does not answer gives the code of an unreachable service.
pub async fn run(
    arguments: &Arguments,
    output: &Output,
    environment: Environment,
) -> Result<ExitCode, AppError> {
    let app = app(arguments, &[], Given::new(false, None)?)?;
    let checks = app.check_connection(Some(environment.into())).await?;
    let all = checks.iter().all(|check| check.error.is_none());
    let lines = || checks.iter().map(|check| line(output, check)).collect();
    Ok(output.result(
        &json!({ "checks": checks }),
        lines,
        if all { DONE } else { UNAVAILABLE },
    ))
}

fn line(output: &Output, check: &ConnectionCheck) -> String {
    let text = |key: &str, value: Option<(&str, String)>| {
        let params = value.into_iter().map(|(name, value)| (name.to_owned(), value));
        output.text(&format!("ui.connection.{key}"), &params.collect::<Params>())
    };
    let service = match check.service {
        PortalService::Esia => "services.esia",
        PortalService::Epgu => "services.epgu",
    };
    let way = match check.way {
        ConnectionWay::Direct => "ways.direct",
        ConnectionWay::Proxy => "ways.proxy",
        ConnectionWay::Gateway => "ways.gateway",
    };
    let address = check.address.clone().map(|address| ("address", address));
    let mut parts = vec![
        format!("{} ({})", text(service, None), check.host),
        text(way, address),
    ];
    match &check.error {
        None => parts.push(text("reached", None)),
        Some(error) => {
            let what = output.text(&format!("errors.{}.what", error.code), &error.params);
            parts.push(format!("{} {what} [{}]", text("failed", None), error.code));
        }
    }
    let took = check.milliseconds.map(|took| ("milliseconds", took.to_string()));
    parts.extend(took.map(|took| text("took", Some(took))));
    let issuer = check.issuer.clone().map(|issuer| ("issuer", issuer));
    parts.extend(issuer.map(|issuer| text("issuer", Some(issuer))));
    parts.join(", ")
}
