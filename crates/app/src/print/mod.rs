//! Documents on paper: PDF/A-3a (ISO 19005-3), A4, with the structure PDF/UA-1 (ISO 14289-1) wants.

mod block;
mod layout;
#[cfg(test)]
pub(crate) mod printed;
mod strip;
mod structure;
mod typeface;

use kabinet_texts::Texts;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag};
use time::OffsetDateTime;

use self::layout::{GREY, Layout};
use self::strip::{Colour, Line, Mark, Page};
use self::typeface::Typefaces;

pub(crate) use self::block::{Block, readable};

/// A PDF that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// A font of the program is broken.
    #[error("a font cannot be read")]
    Font,
    /// What was drawn is not what PDF/A allows.
    #[error("the document cannot be written as PDF/A: {0}")]
    Write(String),
}

/// Points in millimetres.
const fn mm(millimetres: f32) -> f32 {
    millimetres * 72.0 / 25.4
}

/// A4, and its margins.
const PAGE: (f32, f32) = (mm(210.0), mm(297.0));
const LEFT: f32 = mm(20.0);
const TOP: f32 = mm(17.0);
const WIDTH: f32 = PAGE.0 - LEFT - mm(15.0);
const HEIGHT: f32 = PAGE.1 - TOP - mm(22.0);
const FOOT: f32 = PAGE.1 - mm(11.0);
const FOOT_SIZE: f32 = 8.0;
/// Characters of a title in the data about the document.
const LONGEST_TITLE: usize = 250;

/// A document to be printed.
pub(crate) struct Paper {
    /// Title in the data about the document, and at the foot of every page.
    pub name: String,
    pub blocks: Vec<Block>,
    /// When what it says was so; the same paper gives the same file.
    pub made: Option<OffsetDateTime>,
    /// What is said at the end when a letter was not in the font.
    pub boxes: String,
    pub attachment: Option<Attachment>,
}

/// A file inside a document: what it was made from.
pub(crate) struct Attachment {
    pub name: &'static str,
    pub media_type: &'static str,
    pub description: String,
    pub content: Vec<u8>,
}

/// The document as a file.
///
/// # Errors
/// [`PdfError`]
pub(crate) fn pdf(paper: Paper, texts: &Texts) -> Result<Vec<u8>, PdfError> {
    let faces = Typefaces::load()?;
    let mut layout = Layout::new(&faces);
    let mut elements = layout.blocks(&paper.blocks);
    if layout.boxes {
        elements.extend(layout.blocks(&[Block::Paragraph(paper.boxes)]));
    }
    let pages = strip::deal(layout.strips, &layout.heads, HEIGHT);

    let made = paper.made.and_then(date_time);
    let mut document = Document::new_with(settings()?);
    document.set_metadata(metadata(&paper.name, made, texts));
    let mut press = Press {
        faces: &faces,
        lines: vec![Vec::new(); layout.leaves],
        outline: Outline::new(),
    };
    for (index, page) in pages.iter().enumerate() {
        let numbers = [
            ("page", (index + 1).to_string()),
            ("pages", pages.len().to_string()),
        ];
        let number = texts.text("print.page", numbers);
        press.page(&mut document, index, page, &paper.name, &number)?;
    }
    document.set_outline(press.outline);
    document.set_tag_tree(structure::tree(elements, press.lines, texts.language().code()));
    if let Some(attachment) = paper.attachment {
        // Only a second file of the same name is refused.
        let _ = document.embed_file(EmbeddedFile {
            path: attachment.name.to_owned(),
            mime_type: MimeType::new(attachment.media_type),
            description: Some(attachment.description),
            association_kind: AssociationKind::Source,
            data: attachment.content.into(),
            modification_date: made,
            compress: Some(true),
            location: None,
        });
    }
    document
        .finish()
        .map_err(|error| PdfError::Write(error.to_string()))
}

fn settings() -> Result<SerializeSettings, PdfError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| PdfError::Write(format!("{error:?}")))?;
    Ok(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    })
}

fn metadata(name: &str, made: Option<DateTime>, texts: &Texts) -> Metadata {
    let program = format!("Кабинет {}", env!("CARGO_PKG_VERSION"));
    let metadata = Metadata::new()
        .title(name.chars().take(LONGEST_TITLE).collect())
        .language(texts.language().code().to_owned())
        .creator(program.clone())
        .producer(program);
    match made {
        Some(made) => metadata.creation_date(made),
        None => metadata,
    }
}

fn date_time(at: OffsetDateTime) -> Option<DateTime> {
    let at = at.to_offset(time::UtcOffset::UTC);
    Some(
        DateTime::new(u16::try_from(at.year()).ok()?)
            .month(at.month().into())
            .day(at.day())
            .hour(at.hour())
            .minute(at.minute())
            .second(at.second())
            .utc_offset_hour(0)
            .utc_offset_minute(0),
    )
}

struct Press<'f> {
    faces: &'f Typefaces,
    /// What was drawn of each leaf of the structure.
    lines: Vec<Vec<Identifier>>,
    outline: Outline,
}

impl Press<'_> {
    fn page(
        &mut self,
        document: &mut Document,
        index: usize,
        page: &Page,
        name: &str,
        number: &str,
    ) -> Result<(), PdfError> {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or(PdfError::Write("page".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for (y, strip) in page {
            let top = TOP + y;
            if let Some(entry) = &strip.entry {
                let place = XyzDestination::new(index, Point::from_xy(LEFT, top));
                self.outline.push_child(OutlineNode::new(entry.clone(), place));
            }
            for mark in &strip.marks {
                match mark {
                    Mark::Text(line) => self.line(&mut surface, line, top),
                    Mark::Area {
                        x,
                        y,
                        width,
                        height,
                        colour,
                    } => {
                        let area = Rect::from_xywh(*x, top + y, *width, *height);
                        area_of(&mut surface, area, *colour);
                    }
                }
            }
        }
        self.foot(&mut surface, name, number);
        surface.finish();
        sheet.finish();
        Ok(())
    }

    fn foot(&mut self, surface: &mut Surface<'_>, name: &str, number: &str) {
        let face = &self.faces.regular;
        let (name, number) = (face.drawable(name), face.drawable(number));
        let taken = face.width(&number, FOOT_SIZE);
        let name = face.shortened(&name, FOOT_SIZE, WIDTH - taken - mm(8.0));
        for (x, text) in [(LEFT, name), (LEFT + WIDTH - taken, number)] {
            let line = Line {
                x,
                baseline: 0.0,
                size: FOOT_SIZE,
                semi_bold: false,
                colour: GREY,
                text,
                leaf: None,
            };
            self.line(surface, &line, FOOT);
        }
    }

    fn line(&mut self, surface: &mut Surface<'_>, line: &Line, top: f32) {
        let tag = match line.leaf {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
        };
        let drawn = surface.start_tagged(tag);
        let face = if line.semi_bold {
            &self.faces.semi_bold
        } else {
            &self.faces.regular
        };
        surface.set_fill(Some(fill(line.colour)));
        surface.draw_glyphs(
            Point::from_xy(line.x, top + line.baseline),
            &face.glyphs(&line.text),
            face.font.clone(),
            &line.text,
            line.size,
            false,
        );
        surface.end_tagged();
        if let Some(lines) = line.leaf.and_then(|leaf| self.lines.get_mut(leaf)) {
            lines.push(drawn);
        }
    }
}

fn area_of(surface: &mut Surface<'_>, area: Option<Rect>, colour: Colour) {
    let Some(area) = area else {
        return;
    };
    let mut path = PathBuilder::new();
    path.push_rect(area);
    if let Some(path) = path.finish() {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        surface.set_fill(Some(fill(colour)));
        surface.draw_path(&path);
        surface.end_tagged();
    }
}

fn fill(colour: Colour) -> Fill {
    Fill {
        paint: rgb::Color::new(colour.0, colour.1, colour.2).into(),
        ..Fill::default()
    }
}
