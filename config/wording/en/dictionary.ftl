# What the columns of exported files mean. One sentence for each column: dictionary-<what a row is>-<column>.

dictionary-statement-number = The number of the statement in this community. It never changes.
dictionary-statement-words = What the statement says. Empty if its author erased it. A quote mark in front keeps a spreadsheet from running it.
dictionary-statement-added = If an organiser wrote it: 1 or true. If people brought it as an idea: 0 or false.
dictionary-statement-readers = How many people said something of it: agree, disagree or pass.
dictionary-statement-agree = How many people agree.
dictionary-statement-disagree = How many people disagree.
dictionary-statement-passed = How many people passed.
dictionary-statement-agree-low = The low end of the share who agree, from 0 to 1. People like these agree at least this often, most likely (95 % Wilson interval).
dictionary-statement-agree-high = The high end of that share, from 0 to 1.
dictionary-statement-divided = How divided its readers are: 0 if all who chose are on one side, 1 for half and half.
dictionary-statement-across = How far the groups agree, from 0 to 1: for each group (agree + 1) / (readers + 2), all multiplied, to two digits. Empty if a group that read it is too small to tell.
