//! What there is to see, gathered without spending a PIN: each look has its deadline, and all go at once.

use std::time::Duration;

use kabinet_token::{
    KnownProduct, Module, ModuleInfo, Readers, ReadersState, Scan, TokenError, Tokens, Unloadable, Workers,
    check_module_file,
};
use nusb::MaybeFuture;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// For a look at USB, at PC/SC and at a file. Modules have the deadlines of their own workers.
const LOOK: Duration = Duration::from_secs(5);

/// Interface class of smart-card devices (USB CCID 1.1 §4.1).
const SMART_CARD: u8 = 0x0b;

/// Everything seen.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// Devices on USB; `None` where the system does not list them.
    pub(super) usb: Option<Vec<UsbDevice>>,
    /// What PC/SC shows; `None` if it did not answer in time.
    pub(super) pcsc: Option<ReadersState>,
    /// Modules the program would use, in order of preference.
    pub(super) modules: Vec<ModuleFacts>,
    /// Products of the catalogue.
    pub(super) products: Vec<KnownProduct>,
}

/// A device on USB.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct UsbDevice {
    /// `idVendor`.
    pub(super) vendor: u16,
    /// `idProduct`.
    pub(super) product: u16,
    /// What it calls itself; may be empty.
    pub(super) name: String,
    /// It says that it is a smart-card device.
    pub(super) is_smart_card: bool,
}

/// What is known about a module.
#[derive(Clone, Debug)]
pub(super) struct ModuleFacts {
    pub(super) module: Module,
    /// Whether the file may be loaded.
    pub(super) file: Result<(), Unloadable>,
    /// How it introduced itself; asked only if the file may be loaded.
    pub(super) info: Option<Result<ModuleInfo, TokenError>>,
    /// What it shows; empty unless it introduced itself.
    pub(super) scan: Scan,
}

impl Facts {
    /// Looks at everything.
    pub(super) async fn gather(modules: Vec<Module>, products: Vec<KnownProduct>, workers: Workers) -> Self {
        let (usb, pcsc, modules) =
            tokio::join!(look(list_usb), look(Readers::look), examine_all(modules, workers));
        Self {
            usb: usb.flatten(),
            pcsc,
            modules,
            products,
        }
    }
}

/// A blocking look; `None` if it takes too long. Its thread is left to itself then.
async fn look<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    timeout(LOOK, tokio::task::spawn_blocking(look)).await.ok()?.ok()
}

fn list_usb() -> Option<Vec<UsbDevice>> {
    let devices = nusb::list_devices().wait().ok()?;
    let seen = devices.map(|device| UsbDevice {
        vendor: device.vendor_id(),
        product: device.product_id(),
        name: device.product_string().unwrap_or_default().trim().to_owned(),
        is_smart_card: device.class() == SMART_CARD
            || device
                .interfaces()
                .any(|interface| interface.class() == SMART_CARD),
    });
    Some(seen.collect())
}

async fn examine_all(modules: Vec<Module>, workers: Workers) -> Vec<ModuleFacts> {
    let mut looking = JoinSet::new();
    for (position, module) in modules.into_iter().enumerate() {
        let workers = workers.clone();
        looking.spawn(async move { (position, examine(module, workers).await) });
    }
    let mut facts = looking.join_all().await;
    facts.sort_by_key(|(position, _)| *position);
    facts.into_iter().map(|(_, facts)| facts).collect()
}

/// In a worker of its own, started afresh: what the program's own workers have been through must not blur the picture. A module
/// that does not even introduce itself is not asked for more.
async fn examine(module: Module, workers: Workers) -> ModuleFacts {
    let path = module.path.clone();
    let file = look(move || check_module_file(&path).map(drop)).await;
    let mut facts = ModuleFacts {
        file: file.unwrap_or(Err(Unloadable::Unreadable)),
        info: None,
        scan: Scan::default(),
        module: module.clone(),
    };
    if facts.file.is_ok() {
        let tokens = Tokens::new(vec![module], workers);
        facts.info = tokens.introduce().await.into_iter().next().map(|(_, info)| info);
        if matches!(facts.info, Some(Ok(_))) {
            facts.scan = tokens.scan().await;
        }
        tokens.close().await;
    }
    facts
}
