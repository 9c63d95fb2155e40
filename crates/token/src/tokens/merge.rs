//! Joins the scans of several modules into one picture.

use std::collections::HashSet;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::error::TokenError;
use crate::model::{Module, Scan, TokenAddress};

/// A scan as it came from a worker, made safe: it speaks for its own module only, and its fingerprints are right.
pub(super) fn checked(mut scan: Scan, module: &Path) -> Result<Scan, TokenError> {
    let tokens = scan.tokens.iter_mut().map(|token| &mut token.address);
    let certificates = scan
        .certificates
        .iter_mut()
        .map(|certificate| &mut certificate.token);
    let keys = scan.lone_keys.iter_mut().map(|key| &mut key.token);
    for address in tokens.chain(certificates).chain(keys) {
        address.module = module.into();
    }
    for problem in &mut scan.problems {
        problem.module = module.into();
    }
    let right = scan.certificates.iter().all(|certificate| {
        let fingerprint: [u8; 32] = Sha256::digest(&certificate.der).into();
        certificate.fingerprint == fingerprint
    });
    if right {
        Ok(scan)
    } else {
        Err(TokenError::ModuleMisbehaved { call: None })
    }
}

/// One scan out of many. A token in a reader that a vendor's own module serves too is left out of a generic module's
/// scan, unless the vendor's module can do nothing with it.
pub(super) fn merged(scans: Vec<(Module, Scan)>) -> Scan {
    let served: HashSet<String> = scans
        .iter()
        .filter(|(module, _)| !module.generic)
        .flat_map(|(_, scan)| &scan.tokens)
        .filter(|token| !token.passive && !token.reader.is_empty())
        .map(|token| token.reader.clone())
        .collect();
    let mut whole = Scan::default();
    for (module, mut scan) in scans {
        if module.generic {
            leave_out(&mut scan, &served);
        }
        whole.tokens.append(&mut scan.tokens);
        whole.certificates.append(&mut scan.certificates);
        whole.lone_keys.append(&mut scan.lone_keys);
        whole.problems.append(&mut scan.problems);
    }
    whole
}

fn leave_out(scan: &mut Scan, readers: &HashSet<String>) {
    let double = scan.tokens.iter().filter(|token| readers.contains(&token.reader));
    let double: HashSet<TokenAddress> = double.map(|token| token.address.clone()).collect();
    scan.tokens.retain(|token| !double.contains(&token.address));
    scan.certificates
        .retain(|certificate| !double.contains(&certificate.token));
    scan.lone_keys.retain(|key| !double.contains(&key.token));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{KeySeen, Token, TokenCertificate};

    fn scan(module: &str, reader: &str, passive: bool) -> (Module, Scan) {
        let module = Module {
            name: module.into(),
            path: format!("/{module}").into(),
            generic: module == "generic",
            network: false,
        };
        let address = TokenAddress {
            module: module.path.clone(),
            serial: "1".into(),
            model: "m".into(),
        };
        let token = Token {
            address: address.clone(),
            label: String::new(),
            manufacturer: String::new(),
            reader: reader.into(),
            pin: Default::default(),
            mechanisms: Vec::new(),
            key_pairs: Vec::new(),
            offered: Vec::new(),
            holder: Default::default(),
            hardware: (0, 0),
            firmware: (0, 0),
            puk: Default::default(),
            blank: false,
            passive,
        };
        let certificate = TokenCertificate {
            token: address,
            der: vec![0x30, 0],
            fingerprint: Sha256::digest([0x30, 0]).into(),
            id: Vec::new(),
            label: String::new(),
            mechanism: None,
            key: KeySeen::No,
        };
        (
            module,
            Scan {
                tokens: vec![token],
                certificates: vec![certificate],
                ..Scan::default()
            },
        )
    }

    #[test]
    fn a_reader_shown_by_two_modules_is_shown_once_by_the_vendors_own() {
        let whole = merged(vec![
            scan("vendor", "Reader 0", false),
            scan("generic", "Reader 0", false),
        ]);
        assert_eq!(whole.tokens.len(), 1);
        assert_eq!(whole.tokens[0].address.module, Path::new("/vendor"));
        assert_eq!(whole.certificates.len(), 1);
    }

    #[test]
    fn a_token_the_vendors_module_cannot_use_stays_with_the_generic_one() {
        let whole = merged(vec![
            scan("vendor", "Reader 0", true),
            scan("generic", "Reader 0", false),
        ]);
        assert_eq!(whole.tokens.len(), 2);
        let whole = merged(vec![
            scan("vendor", "Reader 0", false),
            scan("generic", "Reader 1", false),
        ]);
        assert_eq!(whole.tokens.len(), 2);
    }

    #[test]
    fn a_worker_cannot_speak_for_another_module_or_forge_a_fingerprint() {
        let (_, foreign) = scan("vendor", "Reader 0", false);
        let own = checked(foreign.clone(), Path::new("/own")).expect("fingerprints are right");
        assert_eq!(own.certificates[0].token.module, Path::new("/own"));
        let mut forged = foreign;
        forged.certificates[0].fingerprint = [0; 32];
        assert!(checked(forged, Path::new("/own")).is_err());
    }
}
