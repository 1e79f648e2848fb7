//! Renders a picture as SVG and as PNG.
//!
//! plotters counts in whole pixels, so the SVG is drawn at four times its size and scaled back by its `viewBox`, and
//! the PNG at six times and box-averaged to two, which smooths every edge.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, ShapeStyle, TextStyle};

use super::glyphs::Bitmap;
use super::picture::{Align, Face, PAPER, Picture, Shape};
use crate::ReportError;

const SVG_SCALE: f64 = 4.0;
const PNG_DRAWN: u32 = 6;
const PNG_KEPT: u32 = 2;

impl Picture {
    /// The picture as SVG that scales to its place. Its text is in Inter, or in the reader's own sans serif.
    ///
    /// # Errors
    /// [`ReportError::Encode`] if plotters refuses.
    pub fn svg(&self) -> Result<String, ReportError> {
        let size = ((self.width * SVG_SCALE).round() as u32, (self.height * SVG_SCALE).round() as u32);
        let mut drawn = String::new();
        let mut backend = SVGBackend::with_string(&mut drawn, size);
        self.draw_shapes(&mut backend, SVG_SCALE)?;
        for shape in &self.shapes {
            if let Shape::Text { baseline, text, face, align } = shape {
                // plotters starts a text 0.76 em above its baseline.
                let place = scaled((baseline.0, baseline.1 - 0.76 * face.size), SVG_SCALE);
                backend.draw_text(text, &svg_text(*face, *align), place).map_err(fault)?;
            }
        }
        backend.present().map_err(fault)?;
        drop(backend);
        let body = drawn.split_once('>').map_or("", |(_, body)| body);
        let body = body.trim_end().trim_end_matches("</svg>");
        let body = body
            .replace(r#"font-family="Inter""#, r#"font-family="Inter, Helvetica, Arial, sans-serif""#)
            .replace(r#"font-weight="bold""#, r#"font-weight="600""#);
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\">\n\
             <title>{}</title>\n<desc>{}</desc>{body}{}</svg>\n",
            self.width.round(),
            self.height.round(),
            size.0,
            size.1,
            escaped(&self.title),
            escaped(&self.description),
            self.pointed_at(),
        ))
    }

    /// What is told at the places of marks: nothing is drawn there.
    fn pointed_at(&self) -> String {
        let mark = |((x, y), told): &((f64, f64), String)| {
            let (x, y) = scaled((*x, *y), SVG_SCALE);
            format!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"32\" fill=\"none\" pointer-events=\"all\"><title>{}</title></circle>\n",
                escaped(told)
            )
        };
        self.marks.iter().map(mark).collect()
    }

    /// The picture as PNG with two pixels for each logical one.
    ///
    /// # Errors
    /// [`ReportError::Encode`] if plotters or the PNG encoder refuses.
    pub fn png(&self) -> Result<Vec<u8>, ReportError> {
        let (width, height) = (self.width.round() as u32, self.height.round() as u32);
        let drawn = (width * PNG_DRAWN, height * PNG_DRAWN);
        let mut pixels = vec![0xFF; drawn.0 as usize * drawn.1 as usize * 3];
        let scale = f64::from(PNG_DRAWN);
        self.draw_shapes(&mut BitMapBackend::with_buffer(&mut pixels, drawn), scale)?;
        let mut bitmap = Bitmap { pixels: &mut pixels, width: drawn.0 as usize };
        for shape in &self.shapes {
            if let Shape::Text { baseline: (x, y), text, face, align } = shape {
                bitmap.text((x * scale, y * scale), text, Face { size: face.size * scale, ..*face }, *align);
            }
        }
        let kept = averaged(&pixels, drawn.0 as usize, (PNG_DRAWN / PNG_KEPT) as usize);

        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width * PNG_KEPT, height * PNG_KEPT);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(fault)?;
        writer.write_image_data(&kept).map_err(fault)?;
        writer.finish().map_err(fault)?;
        Ok(bytes)
    }

    /// Everything but the texts, which lie above all shapes and which each format draws in its own way.
    fn draw_shapes<B: DrawingBackend>(&self, backend: &mut B, scale: f64) -> Result<(), ReportError> {
        let background = Shape::Rectangle { from: (0.0, 0.0), to: (self.width, self.height), colour: PAPER };
        let place = |point: &(f64, f64)| scaled(*point, scale);
        for shape in std::iter::once(&background).chain(&self.shapes) {
            match shape {
                Shape::Rectangle { from, to, colour } => {
                    backend.draw_rect(place(from), place(to), &colour.filled(), true)
                }
                Shape::Line { points, width, colour } => {
                    let stroke = ShapeStyle::from(colour).stroke_width((width * scale).round().max(1.0) as u32);
                    // Two points on one pixel have no direction, which the rasteriser cannot stroke.
                    let mut path: Vec<_> = points.iter().map(place).collect();
                    path.dedup();
                    if path.len() < 2 { Ok(()) } else { backend.draw_path(path, &stroke) }
                }
                Shape::Polygon { points, colour } => backend.fill_polygon(points.iter().map(place), &colour.filled()),
                Shape::Circle { centre, radius, colour } => {
                    backend.draw_circle(place(centre), (radius * scale).round() as u32, &colour.filled(), true)
                }
                Shape::Text { .. } => Ok(()),
            }
            .map_err(fault)?;
        }
        Ok(())
    }
}

fn scaled((x, y): (f64, f64), scale: f64) -> (i32, i32) {
    ((x * scale).round() as i32, (y * scale).round() as i32)
}

fn svg_text(face: Face, align: Align) -> TextStyle<'static> {
    let horizontal = match align {
        Align::Left => HPos::Left,
        Align::Centre => HPos::Center,
        Align::Right => HPos::Right,
    };
    let weight = if face.strong { FontStyle::Bold } else { FontStyle::Normal };
    // plotters divides the size of a font by 1.24.
    let font = FontDesc::new(FontFamily::Name("Inter"), face.size * SVG_SCALE * 1.24, weight);
    TextStyle { font, color: face.colour.to_backend_color(), pos: Pos::new(horizontal, VPos::Top) }
}

/// An RGB image whose pixels are the means of `side` × `side` boxes of the given one, `width` pixels wide.
fn averaged(pixels: &[u8], width: usize, side: usize) -> Vec<u8> {
    assert!(width.is_multiple_of(side) && pixels.len().is_multiple_of(3 * width * side), "boxes tile the image");
    let area = (side * side) as u32;
    let mut kept = Vec::with_capacity(pixels.len() / (side * side));
    let mut sums = vec![0; 3 * width / side];
    for rows in pixels.chunks_exact(3 * width * side) {
        sums.fill(0);
        for row in rows.chunks_exact(3 * width) {
            for (sum, pixels) in sums.chunks_exact_mut(3).zip(row.chunks_exact(3 * side)) {
                for pixel in pixels.chunks_exact(3) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += u32::from(value));
                }
            }
        }
        kept.extend(sums.iter().map(|sum| ((sum + area / 2) / area) as u8));
    }
    kept
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn fault(cause: impl std::fmt::Display) -> ReportError {
    ReportError::encode("a picture", cause)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charts::picture::INK;

    #[test]
    fn boxes_are_averaged_channel_by_channel() {
        let pixels = [[0, 10, 20], [100, 30, 20], [0, 10, 20], [100, 30, 21]].concat();
        assert_eq!(averaged(&pixels, 2, 2), [50, 20, 20]);
    }

    #[test]
    fn both_renderings_have_the_size_of_the_picture_and_its_text() {
        let mut picture = Picture::new((60.0, 30.0), "a < b", "told");
        picture.text((5.0, 20.0), "a & b", Face { size: 12.0, colour: INK, strong: true }, Align::Left);
        picture.line(vec![(1.0, 1.0), (1.01, 1.0)], 1.0, INK);
        let svg = picture.svg().expect("drawn");
        assert!(svg.contains("viewBox=\"0 0 240 120\"") && svg.contains("<title>a &lt; b</title>"), "{svg}");
        assert!(svg.contains("a &amp; b") && svg.trim_end().ends_with("</svg>"), "{svg}");
        let decoder = png::Decoder::new(std::io::Cursor::new(picture.png().expect("drawn")));
        let mut reader = decoder.read_info().expect("a PNG");
        assert_eq!((reader.info().width, reader.info().height), (120, 60));
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        reader.next_frame(&mut pixels).expect("pixels");
        assert!(pixels.iter().any(|pixel| *pixel < 0x40), "the text is inked");
    }
}
