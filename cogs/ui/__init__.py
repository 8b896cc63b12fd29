"""What the doors are made of: ids, cards, forms, refusals."""
