//! The only place that talks to libxml2's C interface. Nothing is ever loaded from a file or the network: the
//! process-wide entity loader hands out the parts of the schema being compiled and refuses everything else.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr;
use std::sync::Once;

use libxml::bindings::{
    xmlElementType_XML_ELEMENT_NODE, xmlError, xmlNewStringInputStream, xmlNodePtr, xmlParserCtxtPtr,
    xmlParserInputPtr, xmlSchemaSetValidStructuredErrors, xmlSetExternalEntityLoader, xmlXPathSetContextNode,
};
use libxml::parser::{Parser, ParserOptions};
use libxml::readonly::RoNode;
use libxml::schemas::{SchemaParserContext, SchemaValidationContext};
use libxml::tree::Document;
use libxml::xpath::{Context, Expression};
use thiserror::Error;

use super::MAX_FINDINGS;
use super::assemble::Assembly;
use crate::{decode, markup};

/// The document as libxml2 sees it: same elements in the same places, ASCII namespace names.
pub(crate) struct Instance(Document);

impl Instance {
    /// Parses a text [`markup::inspect`] let through; `None` when libxml2 finds it malformed.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        refuse_external_entities();
        let text = decode::without_declaration(text);
        let text = markup::with_ascii_namespaces(&text, markup::binds_namespace);
        // `huge` lifts limits meant against entity expansion; there are no entities, and depth is bounded already.
        let options = ParserOptions {
            no_net: true,
            no_def_dtd: true,
            no_error: true,
            no_warning: true,
            huge: true,
            ..strict()
        };
        Parser::default()
            .parse_string_with_options(&text, options)
            .ok()
            .map(Self)
    }

    /// Root element for [`Evaluator::holds`].
    pub(crate) fn root(&self) -> Option<RoNode> {
        self.0.get_root_readonly()
    }

    /// Evaluator of XPath 1.0 expressions.
    pub(crate) fn evaluator(&self) -> Option<Evaluator> {
        Context::new(&self.0).ok().map(Evaluator)
    }
}

fn strict() -> ParserOptions<'static> {
    ParserOptions {
        recover: false,
        ..ParserOptions::default()
    }
}

/// Evaluates XPath 1.0 expressions.
pub(crate) struct Evaluator(Context);

impl Evaluator {
    /// Truth at `node` of an expression that yields `true` or `false` as a string; `None` when it fails.
    pub(crate) fn holds(&self, expression: &Expression, node: RoNode) -> Option<bool> {
        // SAFETY: the context is alive, and the node is one of a living document; libxml2 checks that it is this one.
        if unsafe { xmlXPathSetContextNode(node.node_ptr(), self.0.as_ptr()) } < 0 {
            return None;
        }
        let result = self.0.evaluate_compiled(expression);
        Some(result.ok()?.to_string() == "true")
    }

    /// String value of `expression` at `node`.
    pub(crate) fn text(&self, expression: &str, node: RoNode) -> Option<String> {
        let result = self
            .0
            .node_evaluate_readonly_checked(&format!("string({expression})"), node)
            .ok()?;
        Some(result.to_string())
    }
}

/// An error as libxml2 reports it.
#[derive(Debug)]
pub(crate) struct RawError {
    /// `xmlParserErrors`.
    pub(crate) code: u32,
    /// English text.
    pub(crate) message: String,
    /// Position among the child elements, from the root's children down to the element concerned.
    pub(crate) element: Vec<usize>,
}

/// A schema libxml2 cannot compile.
#[derive(Debug, Error)]
#[error("the schema does not compile")]
pub(crate) struct DoesNotCompile;

/// Validates. An empty list means valid.
pub(crate) fn validate(assembly: &Assembly, instance: &Instance) -> Result<Vec<RawError>, DoesNotCompile> {
    refuse_external_entities();
    let main = assembly.parts.first().ok_or(DoesNotCompile)?;
    let offer = Offer::new(assembly);
    let mut parser = SchemaParserContext::from_buffer(&main.text);
    let context = SchemaValidationContext::from_parser(&mut parser);
    drop(offer);
    let mut context = context.map_err(|_| DoesNotCompile)?;
    let mut errors: Vec<RawError> = Vec::new();
    let log: *mut Vec<RawError> = &raw mut errors;
    // SAFETY: the context is alive, and `errors` outlives every call that can reach the handler: the handler is
    // called by `validate_document` only, and the context is dropped before `errors` is read.
    unsafe { xmlSchemaSetValidStructuredErrors(context.as_ptr(), Some(collect), log.cast()) };
    let valid = context.validate_document(&instance.0).is_ok();
    drop(context);
    if !valid && errors.is_empty() {
        errors.push(RawError {
            code: 0,
            message: String::new(),
            element: Vec::new(),
        });
    }
    Ok(errors)
}

/// The handler's second parameter: a pointer whose constness changed with libxml2 2.12.
trait ErrorPointer {
    fn pointer(self) -> *const xmlError;
}

impl ErrorPointer for *mut xmlError {
    fn pointer(self) -> *const xmlError {
        self
    }
}

impl ErrorPointer for *const xmlError {
    fn pointer(self) -> *const xmlError {
        self
    }
}

unsafe extern "C" fn collect<E: ErrorPointer>(log: *mut c_void, error: E) {
    // SAFETY: `validate` registered this handler with a pointer to its own Vec, used by one thread; libxml2 passes
    // a valid error, or null, for the time of the call.
    let (log, error) = unsafe { (&mut *log.cast::<Vec<RawError>>(), error.pointer().as_ref()) };
    let Some(error) = error else { return };
    if log.len() >= MAX_FINDINGS {
        return;
    }
    let message = if error.message.is_null() {
        String::new()
    } else {
        // SAFETY: libxml2's messages are NUL-terminated strings that live as long as the error.
        unsafe { CStr::from_ptr(error.message) }
            .to_string_lossy()
            .trim()
            .to_owned()
    };
    let code = u32::try_from(error.code).unwrap_or_default();
    // SAFETY: for schema errors the field holds the node of the document being validated, or null.
    let element = unsafe { position(error.node.cast()) };
    log.push(RawError {
        code,
        message,
        element,
    });
}

/// Position of a node among elements, from the root down.
///
/// # Safety
/// `node` is null or belongs to a living document.
unsafe fn position(mut node: xmlNodePtr) -> Vec<usize> {
    let mut path = Vec::new();
    // SAFETY: parents and siblings of a node of a living document are valid or null. Attributes and the document
    // node share the fields read here with elements; no reference to a whole node is formed.
    unsafe {
        while !node.is_null() {
            if (*node).type_ == xmlElementType_XML_ELEMENT_NODE {
                let parent = (*node).parent;
                if parent.is_null() || (*parent).type_ != xmlElementType_XML_ELEMENT_NODE {
                    break;
                }
                let mut before = 0;
                let mut sibling = (*node).prev;
                while !sibling.is_null() {
                    before += usize::from((*sibling).type_ == xmlElementType_XML_ELEMENT_NODE);
                    sibling = (*sibling).prev;
                }
                path.push(before);
            }
            node = (*node).parent;
        }
    }
    path.reverse();
    path
}

thread_local! {
    /// Names and texts libxml2 may ask for on this thread right now.
    static OFFERED: RefCell<Vec<(String, CString)>> = const { RefCell::new(Vec::new()) };
}

/// Offers the parts of an assembly to the loader until it is dropped.
struct Offer;

impl Offer {
    fn new(assembly: &Assembly) -> Self {
        // A text with NUL in it is no XML; leaving it out makes the schema fail to compile.
        let texts = assembly.parts.iter().filter_map(|part| {
            CString::new(part.text.as_bytes())
                .ok()
                .map(|text| (part.name.clone(), text))
        });
        OFFERED.with_borrow_mut(|offered| *offered = texts.collect());
        Self
    }
}

impl Drop for Offer {
    fn drop(&mut self) {
        OFFERED.with_borrow_mut(Vec::clear);
    }
}

/// Makes libxml2 unable to load anything on its own, once for the process.
fn refuse_external_entities() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        libxml::init_parser();
        // SAFETY: the loader has the signature libxml2 expects and lives as long as the program.
        unsafe { xmlSetExternalEntityLoader(Some(load)) };
    });
}

unsafe extern "C" fn load(
    url: *const c_char,
    _id: *const c_char,
    context: xmlParserCtxtPtr,
) -> xmlParserInputPtr {
    if url.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: libxml2 passes a NUL-terminated string.
    let url = unsafe { CStr::from_ptr(url) }.to_string_lossy();
    let text = OFFERED.with_borrow(|offered| {
        offered
            .iter()
            .find(|(name, _)| *name == url)
            .map(|(_, text)| text.as_ptr().cast())
    });
    match text {
        // SAFETY: the text stays where it is until `Offer` is dropped, after the schema has been compiled.
        Some(text) => unsafe { xmlNewStringInputStream(context, text) },
        None => ptr::null_mut(),
    }
}
