"""The example engagement: a platform migration from first approval to a notice of breach."""
