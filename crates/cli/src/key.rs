//! `kabinetctl key`: keys in files.

use std::io;
use std::process::ExitCode;

use kabinet_app::AppError;
use kabinet_app::key::{self, Form, Inspection, KeyDocument, KeyView, Output as KeyOutput, Requisites};
use kabinet_app::view::Params;
use kabinet_token::Passphrase;
use kabinet_token::key_file::{KeyAlgorithm, KeySize};
use serde_json::json;
use time::OffsetDateTime;

use crate::arguments::{
    Arguments, ConvertKey, GenerateKey, InspectKey, Key, KeyAlg, KeyForm, Opening, RequestCertificate, Target,
};
use crate::output::{DONE, INVALID, Output};
use crate::{files, secrets};

/// Curve of a GOST key when none was named, of either size.
const DEFAULT_SET: &str = "tc26-a";

type Done = Result<ExitCode, AppError>;

pub fn run(arguments: &Arguments, output: &Output, key: &Key) -> Done {
    match key {
        Key::Generate(generate) => self::generate(arguments, output, generate),
        Key::Inspect(inspect) => self::inspect(arguments, output, inspect),
        Key::Convert(convert) => self::convert(arguments, output, convert),
        Key::Request(request) => self::request(arguments, output, request),
    }
}

fn generate(arguments: &Arguments, output: &Output, generate: &GenerateKey) -> Done {
    let set = generate.paramset.as_deref();
    let algorithm = match (generate.alg, set) {
        (KeyAlg::Gost256, set) => KeyAlgorithm::gost(KeySize::Bits256, set.unwrap_or(DEFAULT_SET)),
        (KeyAlg::Gost512, set) => KeyAlgorithm::gost(KeySize::Bits512, set.unwrap_or(DEFAULT_SET)),
        (_, Some(_)) => None,
        (KeyAlg::Rsa2048, None) => Some(KeyAlgorithm::Rsa(2048)),
        (KeyAlg::Rsa3072, None) => Some(KeyAlgorithm::Rsa(3072)),
        (KeyAlg::Rsa4096, None) => Some(KeyAlgorithm::Rsa(4096)),
        (KeyAlg::P256, None) => Some(KeyAlgorithm::P256),
    };
    let Some(algorithm) = algorithm else {
        let params = Params::from([("set".to_owned(), set.unwrap_or_default().to_owned())]);
        return Ok(output.usage(&output.text("cli.key.paramset-unknown", &params)));
    };
    let passphrase = passphrase(arguments, &generate.opening)?;
    let form = if generate.unencrypted {
        Form::Pkcs8
    } else {
        Form::Pkcs8Encrypted
    };
    let made = key::generate(
        algorithm,
        KeyOutput {
            form,
            scheme: generate.scheme,
            passphrase: passphrase.as_ref(),
            pem: !generate.target.der,
        },
    )?;
    write(output, &generate.target, &made)
}

fn convert(arguments: &Arguments, output: &Output, convert: &ConvertKey) -> Done {
    if convert.to == KeyForm::Pkcs8 && !convert.unencrypted {
        return Ok(output.usage(&output.text("cli.key.unencrypted-unsaid", &Params::new())));
    }
    let old = passphrase(arguments, &convert.opening)?;
    let new = match &convert.new_passphrase_file {
        Some(path) => Some(secrets::passphrase_file(path)?),
        None if convert.new_passphrase_stdin => Some(secrets::passphrase(&mut io::stdin().lock())?),
        None => None,
    };
    let mut certificates = Vec::new();
    for path in &convert.certificates {
        certificates.extend(key::read_certificates(path)?);
    }
    let converted = key::convert(
        &files::read_key_file(&convert.file)?,
        old.as_ref(),
        certificates,
        KeyOutput {
            form: match convert.to {
                KeyForm::Pkcs8 => Form::Pkcs8,
                KeyForm::Pkcs8Encrypted => Form::Pkcs8Encrypted,
                KeyForm::Pkcs12 => Form::Pkcs12,
                KeyForm::Spki => Form::PublicKey,
            },
            scheme: convert.scheme,
            passphrase: new.as_ref().or(old.as_ref()),
            pem: !convert.target.der,
        },
    )?;
    write(output, &convert.target, &converted)
}

fn request(arguments: &Arguments, output: &Output, request: &RequestCertificate) -> Done {
    let passphrase = passphrase(arguments, &request.opening)?;
    let requisites = Requisites {
        inn: request.inn.clone(),
        inn_le: request.innle.clone(),
        ogrn: request.ogrn.clone(),
        ogrnip: request.ogrnip.clone(),
        snils: request.snils.clone(),
    };
    let made = key::request(
        &files::read_key_file(&request.key)?,
        passphrase.as_ref(),
        &request.subject,
        &requisites,
        !request.target.der,
    )?;
    write(output, &request.target, &made)
}

fn inspect(arguments: &Arguments, output: &Output, inspect: &InspectKey) -> Done {
    let passphrase = passphrase(arguments, &inspect.opening)?;
    let file = files::read_key_file(&inspect.file)?;
    let seen = key::inspect(&file, passphrase.as_ref(), OffsetDateTime::now_utc())?;
    let broken = seen.request.as_ref().is_some_and(|request| !request.signature_ok);
    let code = if broken { INVALID } else { DONE };
    Ok(output.result(&seen, || lines(output, &seen), code))
}

/// The passphrase of the key file, if one was given.
fn passphrase(arguments: &Arguments, opening: &Opening) -> Result<Option<Passphrase>, AppError> {
    if opening.passphrase_stdin {
        return secrets::passphrase(&mut io::stdin().lock()).map(Some);
    }
    let file = arguments.passphrase_file.as_deref();
    file.map(secrets::passphrase_file).transpose()
}

fn write(output: &Output, target: &Target, document: &KeyDocument) -> Done {
    files::write_new(&target.out, &document.bytes, document.secret, target.force)?;
    if files::is_standard(&target.out) {
        return Ok(DONE.into());
    }
    let value = json!({ "file": target.out, "key": document.key });
    let lines = || vec![target.out.display().to_string(), key_line(output, &document.key)];
    Ok(output.result(&value, lines, DONE))
}

fn lines(output: &Output, seen: &Inspection) -> Vec<String> {
    let text = |key: &str| output.text(&format!("cli.key.{key}"), &Params::new());
    let mut lines = vec![format!(
        "{} ({})",
        text(&format!("kind.{}", seen.kind)),
        seen.encoding.to_uppercase()
    )];
    lines.extend(seen.keys.iter().map(|key| key_line(output, key)));
    for protection in &seen.protections {
        let name = protection
            .algorithm
            .map(|name| format!("{name}, "))
            .unwrap_or_default();
        let params = Params::from([
            ("algorithm".to_owned(), format!("{name}{}", protection.oid)),
            ("prf".to_owned(), protection.prf.unwrap_or("—").to_owned()),
            (
                "iterations".to_owned(),
                protection
                    .iterations
                    .map_or("—".to_owned(), |count| count.to_string()),
            ),
        ]);
        lines.push(output.text(&format!("cli.key.protection.{}", protection.part), &params));
    }
    for certificate in &seen.certificates {
        let params = Params::from([
            ("holder".to_owned(), certificate.holder.clone()),
            ("issuer".to_owned(), certificate.issuer.clone()),
            ("from".to_owned(), certificate.not_before.clone()),
            ("to".to_owned(), certificate.not_after.clone()),
            ("fingerprint".to_owned(), certificate.id.clone()),
        ]);
        lines.push(output.text("cli.key.certificate", &params));
    }
    if let Some(request) = &seen.request {
        lines.push(request.subject.clone());
        lines.push(text(if request.signature_ok {
            "request-holds"
        } else {
            "request-broken"
        }));
    }
    if !seen.opened {
        lines.push(text("closed"));
    }
    lines
}

fn key_line(output: &Output, key: &KeyView) -> String {
    let algorithm = key.algorithm.unwrap_or(&key.oid);
    let set = key.parameter_set.as_ref();
    let detail = match (set, key.bits) {
        (Some(set), _) => format!("{algorithm}, {}, {}", set.name, set.oid),
        (None, Some(bits)) => format!("{algorithm}, {bits}"),
        (None, None) => algorithm.to_owned(),
    };
    let params = Params::from([
        ("algorithm".to_owned(), detail),
        ("fingerprint".to_owned(), key.fingerprint.clone()),
    ]);
    output.text("cli.key.key", &params)
}
