//! The platform's tables and views that detectors read.

use crate::{
    db::Column,
    detectors::{Entry, Registry},
};

/// A table or view of the platform's, and the detectors that are blind without it.
pub struct Reads<'a> {
    pub object: &'a str,
    pub columns: Vec<&'static Column>,
    pub detectors: Vec<&'a str>,
}

/// All that the detectors read, each of them once.
pub fn reads(registry: &Registry) -> Vec<Reads<'_>> {
    let mut all: Vec<Reads<'_>> = Vec::new();
    for detector in registry.iter() {
        for (object, columns) in objects(detector) {
            let known = all.iter().position(|reads| reads.object == object);
            let known = known.unwrap_or_else(|| {
                all.push(Reads {
                    object,
                    columns: Vec::new(),
                    detectors: Vec::new(),
                });
                all.len() - 1
            });
            all[known].add(detector.name(), columns);
        }
    }
    all
}

/// The detector's tables, each with the columns that it declares.
fn objects(detector: &Entry) -> Vec<(&str, &'static [Column])> {
    let declared = detector
        .relations()
        .map(|table| (table.name, table.columns));
    let mut objects: Vec<(&str, &'static [Column])> = declared.collect();
    for name in detector.reads() {
        if objects.iter().all(|(known, _)| *known != name) {
            objects.push((name, &[]));
        }
    }
    objects
}

impl<'a> Reads<'a> {
    fn add(&mut self, detector: &'a str, columns: &'static [Column]) {
        self.detectors.push(detector);
        for column in columns {
            if self.columns.iter().all(|known| known.name != column.name) {
                self.columns.push(column);
            }
        }
    }
}
