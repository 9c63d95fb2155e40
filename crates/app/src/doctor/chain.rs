//! Puts together what belongs together: a device, its reader, the module that serves it, the token it shows.

use kabinet_token::{KnownProduct, Reader, Token};

use super::devices::{Device, Devices};
use super::facts::{Facts, ModuleFacts, UsbDevice};

/// What one chain of steps is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain<'a> {
    /// The device on USB.
    pub(super) usb: Option<&'a UsbDevice>,
    /// Its reader, or one whose device is not on USB.
    pub(super) reader: Option<&'a Reader>,
    /// What it is, by its numbers, its answer to reset or the name of its reader.
    pub(super) model: Option<Model<'a>>,
    /// The module that shows its token, or that should.
    pub(super) module: Option<&'a ModuleFacts>,
    /// The product whose module should serve it.
    pub(super) product: Option<&'a KnownProduct>,
    /// The token.
    pub(super) token: Option<&'a Token>,
}

/// A known kind of device or card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Model<'a> {
    pub(super) name: &'a str,
    pub(super) passive: bool,
    module: Option<&'a str>,
}

/// A device with its reader.
type Place<'a> = (Option<&'a UsbDevice>, Option<&'a Reader>);

/// PKCS#11 cuts the names of readers to so many octets.
const LONGEST_SLOT_NAME: usize = 64;

impl Facts {
    /// All chains: first places with a device, reader or token, then modules that belong to none. At least one: that nothing is
    /// connected.
    pub(super) fn chains<'a>(&'a self, devices: &'a Devices) -> Vec<Chain<'a>> {
        let mut chains = Vec::new();
        for place in self.places(devices) {
            self.of_place(place, devices, &mut chains);
        }
        let elsewhere = self.tokens().filter(|(_, token)| !self.has_reader_of(token));
        chains.extend(elsewhere.map(|(module, token)| Chain {
            module: Some(module),
            token: Some(token),
            ..Chain::default()
        }));
        if chains.iter().any(|chain| chain.token.is_some()) {
            // An empty reader is nothing to complain about while a token is there.
            chains.retain(|chain| {
                chain.usb.is_some()
                    || chain.token.is_some()
                    || chain.reader.is_none_or(|reader| reader.card.is_some())
            });
        }
        if chains.is_empty() {
            chains.push(Chain::default());
        }
        let used: Vec<_> = chains.iter().filter_map(|chain| chain.module).collect();
        let alone = |module: &&ModuleFacts| {
            let is_used = used.iter().any(|one| one.module.path == module.module.path);
            !is_used && module.scan.tokens.is_empty()
        };
        let alone: Vec<_> = self.modules.iter().filter(alone).collect();
        chains.extend(alone.into_iter().map(|module| Chain {
            module: Some(module),
            ..Chain::default()
        }));
        chains
    }

    fn readers(&self) -> &[Reader] {
        self.pcsc.as_ref().map_or(&[], |state| &state.readers)
    }

    /// Devices, each with the first free reader that is its own, then the readers left over.
    fn places<'a>(&'a self, devices: &'a Devices) -> Vec<Place<'a>> {
        let mut free: Vec<&Reader> = self.readers().iter().collect();
        let listed = self.usb.iter().flatten();
        let relevant =
            listed.filter(|usb| usb.is_smart_card || devices.device(usb.vendor, usb.product).is_some());
        let mut places: Vec<Place> = Vec::new();
        for usb in relevant {
            let position = free.iter().position(|reader| belongs(reader, usb, devices));
            places.push((Some(usb), position.map(|position| free.remove(position))));
        }
        places.extend(free.into_iter().map(|reader| (None, Some(reader))));
        places
    }

    /// A chain for each token in this place, or one without a token.
    fn of_place<'a>(&'a self, (usb, reader): Place<'a>, devices: &'a Devices, chains: &mut Vec<Chain<'a>>) {
        let model = model(usb, reader, devices);
        let product = model.and_then(|model| self.product(model.module?));
        let place = Chain {
            usb,
            reader,
            model,
            product,
            ..Chain::default()
        };
        let here = |token: &Token| reader.is_some_and(|reader| shows(token, reader));
        // As elsewhere in the program: a vendor's own module goes before one that serves everybody.
        let of_vendor = self
            .tokens()
            .any(|(module, token)| here(token) && !module.module.generic && !token.passive);
        let tokens = self
            .tokens()
            .filter(|(module, token)| here(token) && !(of_vendor && module.module.generic));
        let before = chains.len();
        chains.extend(tokens.map(|(module, token)| Chain {
            module: Some(module),
            token: Some(token),
            ..place.clone()
        }));
        // What one module only stores another may sign with.
        if chains[before..].iter().any(|chain| is_active(chain.token)) {
            let mut position = 0;
            chains.retain(|chain| {
                position += 1;
                position <= before || is_active(chain.token)
            });
        }
        if chains.len() == before {
            let module = self.module_for(product, reader);
            chains.push(Chain { module, ..place });
        }
    }

    fn product(&self, name: &str) -> Option<&KnownProduct> {
        self.products.iter().find(|product| product.name == name)
    }

    /// The installed module of a product; for a device nobody knows, one that serves all, or that has trouble with its reader.
    fn module_for(&self, product: Option<&KnownProduct>, reader: Option<&Reader>) -> Option<&ModuleFacts> {
        match product {
            Some(product) => self.modules.iter().find(|module| is_of(module, product)),
            None => {
                let troubled = |module: &&ModuleFacts| {
                    let names = module
                        .scan
                        .problems
                        .iter()
                        .filter_map(|problem| problem.reader.as_deref());
                    reader.is_some_and(|reader| names.into_iter().any(|name| is_named(reader, name)))
                };
                let generic = |module: &&ModuleFacts| module.module.generic;
                let modules = || self.modules.iter();
                modules().find(troubled).or_else(|| modules().find(generic))
            }
        }
    }

    fn tokens(&self) -> impl Iterator<Item = (&ModuleFacts, &Token)> {
        self.modules
            .iter()
            .flat_map(|module| module.scan.tokens.iter().map(move |token| (module, token)))
    }

    fn has_reader_of(&self, token: &Token) -> bool {
        self.readers().iter().any(|reader| shows(token, reader))
    }
}

impl Chain<'_> {
    /// Whether the device only stores keys: a property of the model, unless some module can sign with it all the same.
    pub(super) fn is_passive(&self) -> bool {
        !is_active(self.token) && self.model.is_some_and(|model| model.passive)
    }

    /// A module to which no device, reader or token belongs.
    pub(super) fn is_module(&self) -> bool {
        self.module.is_some() && self.usb.is_none() && self.reader.is_none() && self.token.is_none()
    }

    /// Name for a heading; empty for the chain of nothing.
    pub(super) fn title(&self) -> &str {
        let token = self.token.map(|token| match token.label.as_str() {
            "" => token.address.model.as_str(),
            label => label,
        });
        token
            .or(self.model.map(|model| model.name))
            .or(self
                .usb
                .map(|usb| usb.name.as_str())
                .filter(|name| !name.is_empty()))
            .or(self.reader.map(|reader| reader.name.as_str()))
            .or(self.module.map(|module| module.module.name.as_str()))
            .unwrap_or_default()
    }
}

fn is_active(token: Option<&Token>) -> bool {
    token.is_some_and(|token| !token.passive)
}

fn belongs(reader: &Reader, usb: &UsbDevice, devices: &Devices) -> bool {
    match (
        devices.device(usb.vendor, usb.product),
        devices.of_reader(&reader.name),
    ) {
        (Some(device), Some(of_reader)) => device.name == of_reader.name,
        (None, None) => !usb.name.is_empty() && reader.name.contains(&usb.name),
        _ => false,
    }
}

/// The card speaks before the device it is in: a reader takes any card.
fn model<'a>(usb: Option<&UsbDevice>, reader: Option<&Reader>, devices: &'a Devices) -> Option<Model<'a>> {
    let card = reader.and_then(|reader| devices.card(&reader.card.as_ref()?.atr));
    let card = card.map(|card| Model {
        name: &card.name,
        passive: card.passive,
        module: card.module.as_deref(),
    });
    let of_device = |device: &'a Device| Model {
        name: &device.name,
        passive: device.passive,
        module: device.module.as_deref(),
    };
    card.or_else(|| {
        usb.and_then(|usb| devices.device(usb.vendor, usb.product))
            .map(of_device)
    })
    .or_else(|| {
        reader
            .and_then(|reader| devices.of_reader(&reader.name))
            .map(of_device)
    })
}

fn shows(token: &Token, reader: &Reader) -> bool {
    is_named(reader, &token.reader)
}

/// Whether a slot of this description is this reader.
pub(super) fn is_named(reader: &Reader, slot: &str) -> bool {
    let cut = slot.len() + 4 > LONGEST_SLOT_NAME && reader.name.starts_with(slot);
    !slot.is_empty() && (reader.name == slot || cut)
}

/// By the product's name, or by the name of its file: the user's own modules bear the latter.
fn is_of(module: &ModuleFacts, product: &KnownProduct) -> bool {
    let file = module.module.path.file_name();
    module.module.name == product.name
        || file.is_some() && product.paths.iter().any(|path| path.file_name() == file)
}
