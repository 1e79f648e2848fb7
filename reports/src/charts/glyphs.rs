//! Text in a bitmap: the outlines of Inter's glyphs, filled pixel by pixel, and the width of a text.
//!
//! plotters' own bitmap text drops the space at the left of every glyph, which makes it uneven, so glyphs are placed
//! here. The font comes with the program: text looks the same on every machine, and none needs fonts.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};

use super::picture::{Align, Colour, Face};

/// Ascender to descender of Inter in em, which `ab_glyph` takes as the size of a font.
const LINE: f32 = (1984.0 + 494.0) / 2048.0;

fn font(strong: bool) -> &'static FontRef<'static> {
    static FONTS: OnceLock<[FontRef<'static>; 2]> = OnceLock::new();
    let read = |bytes| FontRef::try_from_slice(bytes).expect("the font that comes with the program can be read");
    let fonts = FONTS.get_or_init(|| {
        [read(include_bytes!("../../fonts/Inter-Regular.ttf")), read(include_bytes!("../../fonts/Inter-SemiBold.ttf"))]
    });
    &fonts[usize::from(strong)]
}

/// Width of a text in the unit of its face's size.
pub fn text_width(text: &str, face: Face) -> f64 {
    let font = font(face.strong).as_scaled(PxScale::from(face.size as f32 * LINE));
    text.chars().map(|c| f64::from(font.h_advance(font.glyph_id(c)))).sum()
}

/// An RGB image in memory, row by row.
pub struct Bitmap<'a> {
    /// Three bytes a pixel.
    pub pixels: &'a mut [u8],
    /// Pixels in a row.
    pub width: usize,
}

impl Bitmap<'_> {
    /// Draws a text; its position and the size of its face are in pixels of this image.
    pub fn text(&mut self, (x, y): (f64, f64), text: &str, face: Face, align: Align) {
        let width = text_width(text, face);
        let mut pen = match align {
            Align::Left => x,
            Align::Centre => x - width / 2.0,
            Align::Right => x - width,
        };
        let font = font(face.strong);
        let scale = PxScale::from(face.size as f32 * LINE);
        for c in text.chars() {
            let id = font.glyph_id(c);
            self.glyph(font, Glyph { id, scale, position: point(pen as f32, y as f32) }, face.colour);
            pen += f64::from(font.as_scaled(scale).h_advance(id));
        }
    }

    fn glyph(&mut self, font: &FontRef, glyph: Glyph, colour: Colour) {
        let Some(outline) = font.outline_glyph(glyph) else { return };
        let corner = outline.px_bounds().min;
        let (left, top) = (corner.x as i64, corner.y as i64);
        let height = self.pixels.len() / 3 / self.width;
        outline.draw(|x, y, coverage| {
            let (x, y) = (left + i64::from(x), top + i64::from(y));
            let inside = (0..self.width as i64).contains(&x) && (0..height as i64).contains(&y);
            if inside {
                let at = (y as usize * self.width + x as usize) * 3;
                for (pixel, ink) in self.pixels[at..at + 3].iter_mut().zip([colour.0, colour.1, colour.2]) {
                    let mixed = f32::from(*pixel) + (f32::from(ink) - f32::from(*pixel)) * coverage.clamp(0.0, 1.0);
                    *pixel = mixed.round() as u8;
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::picture::INK;

    const FACE: Face = Face { size: 12.0, colour: INK, strong: false };

    #[test]
    fn wider_text_measures_wider_and_scales_with_its_size() {
        let (short, long) = (text_width("ii", FACE), text_width("mm", FACE));
        assert!(short > 0.0 && long > 2.0 * short);
        assert!((text_width("mm", Face { size: 24.0, ..FACE }) - 2.0 * long).abs() < 1e-3);
    }

    #[test]
    fn ink_lies_where_the_text_is_and_the_edge_cuts_it() {
        let mut pixels = vec![0xFF; 60 * 20 * 3];
        let mut bitmap = Bitmap { pixels: &mut pixels, width: 60 };
        bitmap.text((30.0, 15.0), "H", FACE, Align::Centre);
        bitmap.text((58.0, 100.0), "outside", FACE, Align::Left);
        let inked = |x: usize| (0..20).any(|y| pixels[(y * 60 + x) * 3] < 0x80);
        let columns: Vec<usize> = (0..60).filter(|x| inked(*x)).collect();
        let (first, last) = (columns[0], columns[columns.len() - 1]);
        assert!(first > 22 && last < 38 && (first + last).abs_diff(60) <= 2, "{first} to {last}");
    }

    #[test]
    fn the_font_has_every_character_that_numbers_use() {
        for c in "0123456789.,–−±×<>[]%$·…µ⁰¹²³⁴⁵⁶⁷⁸⁹⁻≤≥→".chars() {
            assert_ne!(font(false).glyph_id(c).0, 0, "{c}");
            assert_ne!(font(true).glyph_id(c).0, 0, "{c}");
        }
    }
}
