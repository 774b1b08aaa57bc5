//! Pictures, and what Telegram checks in them.

use std::fmt::{self, Debug, Display};

use axum::body::Bytes;
use serde_json::{Value, json};

use super::{error::ApiError, params::Params};

const LARGEST_FILE: usize = 10 * 1024 * 1024;
/// Width and height together, in pixels.
const LARGEST_SIDES: u32 = 10_000;
const LONGEST_RATIO: u32 = 20;
/// Telegram keeps a photo in several sizes: the longer side of each, and its letter.
const SIZES: [(u32, char); 4] = [(90, 's'), (320, 'm'), (800, 'x'), (1280, 'y')];

/// A picture as it was sent.
#[derive(Clone, PartialEq)]
pub struct Photo {
    pub bytes: Bytes,
    pub width: u32,
    pub height: u32,
}

impl Photo {
    /// The photo of a call. The stand-in accepts only PNG.
    pub(super) fn from_params(params: &Params) -> Result<Self, ApiError> {
        let Some(bytes) = params.file("photo") else {
            return Err(if params.has("photo") {
                ApiError::bad("wrong file identifier/HTTP URL specified")
            } else {
                ApiError::bad("there is no photo in the request")
            });
        };
        if bytes.is_empty() {
            return Err(ApiError::bad("file must be non-empty"));
        }
        if bytes.len() > LARGEST_FILE {
            return Err(ApiError::bad(format_args!(
                "file of size {} bytes is too big for a photo; the maximum size is {LARGEST_FILE} bytes",
                bytes.len()
            )));
        }
        let (width, height) = dimensions(bytes)?;
        Ok(Self {
            bytes: bytes.clone(),
            width,
            height,
        })
    }

    /// The sizes that a client may choose from, smallest first.
    pub(super) fn to_json(&self, message: i32) -> Value {
        let longer = self.width.max(self.height);
        SIZES
            .iter()
            .enumerate()
            // The first of those that are no smaller than the picture is the picture itself.
            .take_while(|(at, _)| at.checked_sub(1).is_none_or(|last| SIZES[last].0 < longer))
            .map(|(_, (side, letter))| {
                let scaled = |length: u32| (length * (*side).min(longer) / longer).max(1);
                json!({
                    "file_id": format!("photo-{message}-{letter}"),
                    "file_unique_id": format!("{message}{letter}"),
                    "file_size": self.bytes.len(),
                    "width": scaled(self.width),
                    "height": scaled(self.height),
                })
            })
            .collect()
    }
}

impl Display for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[picture {}×{}]", self.width, self.height)
    }
}

impl Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} of {} bytes", self.bytes.len())
    }
}

fn dimensions(bytes: &Bytes) -> Result<(u32, u32), ApiError> {
    let unreadable = |_| ApiError::bad("IMAGE_PROCESS_FAILED");
    let decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let (width, height) = reader.info().size();
    let is_narrow = width.max(height) > width.min(height).saturating_mul(LONGEST_RATIO);
    if width.saturating_add(height) > LARGEST_SIDES || is_narrow {
        return Err(ApiError::bad("PHOTO_INVALID_DIMENSIONS"));
    }
    while reader.next_row().map_err(unreadable)?.is_some() {}
    Ok((width, height))
}
