"""Files of other systems in and out; nothing is ever fetched."""
