use kabinet_pki::*;
fn main() {
    let (t, e) = (Trust::default(), Evidence::default());
    for p in std::env::args().skip(1) {
        let d = std::fs::read(&p).unwrap();
        let pol = kabinet_signature::Policy { trust: &t, evidence: &e, at: time::OffsetDateTime::now_utc() };
        match kabinet_signature::verify(&d, None, &pol) {
            Err(e) => println!("{p}: {}", e.code()),
            Ok(v) => { println!("{p}: {} sigs {:?}", v.signatures.len(), v.verdict);
                for s in v.signatures { println!("   {:?} {} {:?} {:?} dig={} sig={} {:?}\n      {:?} {:?} stamps={:?} {:?}", s.id, s.profile(), s.indication(), s.sub_indication(), s.digest_ok, s.signature_ok, s.digest_algorithm, s.reasons.iter().map(|r| r.code()).collect::<Vec<_>>(), s.changes.iter().map(|c| (c.code, c.allowed)).collect::<Vec<_>>(), s.stamps.iter().map(|s| (s.kind, s.outcome.as_ref().map(|_| ()).map_err(|e| e.code()))).collect::<Vec<_>>(), (s.evidence.certificates.len(), s.evidence.crls.len(), s.evidence.ocsp.len())); } }
        }
    }
}
