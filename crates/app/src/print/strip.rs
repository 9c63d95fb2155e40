//! Strips of a page, and how they are dealt to pages.

/// Red, green, blue.
#[derive(Clone, Copy)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

/// A strip across the page that is never cut: one line of text, or lines side by side.
#[derive(Clone, Default)]
pub(super) struct Strip {
    /// Room above, which is given up at the top of a page; points, as all measures here.
    pub before: f32,
    pub height: f32,
    pub marks: Vec<Mark>,
    /// The next strip must be on the same page.
    pub keep: bool,
    /// The heads, by index, that are repeated when this strip comes first on a page.
    pub heads: Option<usize>,
    /// This strip begins what the table of contents names.
    pub entry: Option<String>,
}

/// Something drawn; `x` is from the left edge of the page, `y` from the top of the strip.
#[derive(Clone)]
pub(super) enum Mark {
    Text(Line),
    /// Filled.
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        colour: Colour,
    },
}

/// A line of text.
#[derive(Clone)]
pub(super) struct Line {
    pub x: f32,
    /// Where the letters stand.
    pub baseline: f32,
    pub size: f32,
    pub semi_bold: bool,
    pub colour: Colour,
    pub text: String,
    /// The element of the document's structure it belongs to; none for what only the page needs.
    pub leaf: Option<usize>,
}

/// A page: strips with the place of their top.
pub(super) type Page = Vec<(f32, Strip)>;

/// Deals the strips to pages of this height.
pub(super) fn deal(strips: Vec<Strip>, heads: &[Vec<Strip>], height: f32) -> Vec<Page> {
    let mut pages = vec![Page::new()];
    let mut y = 0.0;
    let mut strips = strips.into_iter().peekable();
    while strips.peek().is_some() {
        let mut group = Vec::new();
        for strip in strips.by_ref() {
            let more = strip.keep;
            group.push(strip);
            if !more {
                break;
            }
        }
        // What is taller than a page is cut between its strips, and mere room needs no page.
        let together = taken(&group);
        let drawn = group.iter().any(|strip| !strip.marks.is_empty());
        if drawn && together <= height && y + together > height {
            pages.push(Page::new());
            y = 0.0;
        }
        for strip in group {
            if strip.marks.is_empty() {
                // Mere room needs none at the top of a page, and never begins one.
                if y > 0.0 {
                    y += strip.height;
                }
                continue;
            }
            if y > 0.0 && y + strip.before + strip.height > height {
                pages.push(Page::new());
                y = 0.0;
            }
            let page = last(&mut pages);
            if page.is_empty() {
                for head in repeated(&strip, heads) {
                    page.push((y, head.clone()));
                    y += head.height;
                }
            }
            if !page.is_empty() {
                y += strip.before;
            }
            y += strip.height;
            page.push((y - strip.height, strip));
        }
    }
    pages
}

fn taken(group: &[Strip]) -> f32 {
    group.iter().map(|strip| strip.before + strip.height).sum()
}

fn last(pages: &mut [Page]) -> &mut Page {
    let index = pages.len() - 1;
    &mut pages[index]
}

fn repeated<'h>(strip: &Strip, heads: &'h [Vec<Strip>]) -> &'h [Strip] {
    strip
        .heads
        .and_then(|index| heads.get(index))
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(height: f32, drawn: bool, keep: bool) -> Strip {
        let mark = Mark::Area {
            x: 0.0,
            y: 0.0,
            width: 1.0,
            height,
            colour: Colour(0, 0, 0),
        };
        Strip {
            height,
            keep,
            marks: drawn.then_some(mark).into_iter().collect(),
            ..Strip::default()
        }
    }

    #[test]
    fn room_at_the_end_of_a_full_page_begins_no_empty_one() {
        let full = vec![
            strip(95.0, true, false),
            strip(10.0, false, false),
            strip(10.0, false, false),
        ];
        assert_eq!(deal(full, &[], 100.0).len(), 1);
    }

    #[test]
    fn what_belongs_together_goes_to_the_next_page_together() {
        let strips = vec![
            strip(60.0, true, false),
            strip(30.0, true, true),
            strip(30.0, true, false),
        ];
        let pages = deal(strips, &[], 100.0);
        let counts: Vec<usize> = pages.iter().map(Vec::len).collect();
        assert_eq!(counts, [1, 2]);
    }
}
