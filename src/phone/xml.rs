//! Reads handset XML with the place of every attribute.
