# What the columns of exported files mean. One sentence for each column: dictionary-<what a row is>-<column>.

dictionary-statement-number = The number of the statement in this community. It never changes.
dictionary-statement-words = What the statement says. Empty if its author erased it. A quote mark in front keeps a spreadsheet from running it.
dictionary-statement-added = If an organiser wrote it: 1 or true. If people brought it as an idea: 0 or false.
dictionary-statement-readers = How many people said something of it: agree, disagree or pass.
dictionary-statement-agree = How many people agree.
dictionary-statement-disagree = How many people disagree.
dictionary-statement-passed = How many people passed.
dictionary-statement-agree-offline = How many of those who agree answered on paper, by phone or at a meeting. Empty if this could show what a few people chose.
dictionary-statement-disagree-offline = How many of those who disagree answered so. Empty if this could show what a few people chose.
dictionary-statement-passed-offline = How many of those who passed answered so. Empty if this could show what a few people chose.
dictionary-statement-agree-low = The low end of the share who agree, from 0 to 1. People like these agree at least this often, most likely (95 % Wilson interval).
dictionary-statement-agree-high = The high end of that share, from 0 to 1.
dictionary-statement-divided = How divided its readers are: 0 if all who chose are on one side, 1 for half and half.
<<<<<<< HEAD
dictionary-statement-across = How far the groups agree, from 0 to 1: for each group (agree + 1) / (readers + 2), all multiplied. Empty if a group that read it is too small to tell.

dictionary-option-option = What the option says. A quote mark in front keeps a spreadsheet from running it.
dictionary-option-people = How many people chose it.
dictionary-option-people-chat = How many of them answered in the chat. Empty if this could show what a few people chose.
dictionary-option-people-offline = How many of them answered on paper, by phone or at a meeting. Empty if this could show what a few people chose.
dictionary-option-question = What was asked.
dictionary-option-kind = How people chose: pick is one option each, approve is any number of them.
dictionary-option-stage = The stage of the project: define, options, decide, deliver or evaluate.
dictionary-option-opened-ms = When it opened, in milliseconds since the start of 1970 (UTC).
dictionary-option-closes-ms = When it was to close, in milliseconds since the start of 1970 (UTC).
dictionary-option-closed-ms = When it closed, in milliseconds since the start of 1970 (UTC).
dictionary-option-options = What the options say, in their order.
dictionary-option-counts = How many people chose each option, in the same order.
dictionary-option-counts-offline = How many of them answered on paper, by phone or at a meeting. Null if this could show what a few people chose.
dictionary-option-answers = How many people answered.
dictionary-option-answers-offline = How many of them answered on paper, by phone or at a meeting. Null if this could show what a few people chose.
dictionary-option-answers-late = How many answers on paper, by phone or at a meeting came too late to count. They are in no other number.
dictionary-option-quorum = How many people had to answer for it to count. 0 if any number did.
dictionary-option-standings = How many people of each kind answered. Groups that are too small are left out.

dictionary-idea-number = The number of the idea in this community. It never changes.
dictionary-idea-state = What became of it: received, accepted, declined, merged, split, taken, decided or delivered.
dictionary-idea-reason = Why it was declined, or erased if its author erased it. Empty if neither.
dictionary-idea-supporters = How many people think so too.
dictionary-idea-came = How it came: chat, paper, phone or meeting.
dictionary-idea-meeting = At which meeting or walk it was noted. Empty if at none.
dictionary-idea-present = How many people were there. Empty or 0 if it was noted at none.
dictionary-idea-ask = The name of the ask: a file of the bot’s settings.
dictionary-idea-question = What was asked.
dictionary-idea-stage = The stage of the project: define, options, decide, deliver or evaluate.
dictionary-idea-opened-ms = When it opened, in milliseconds since the start of 1970 (UTC).
dictionary-idea-closes-ms = When it closes, in milliseconds since the start of 1970 (UTC).
dictionary-idea-ideas = The ideas, one after the other.
dictionary-idea-said = What the idea says, by the names below. Empty if its author erased it.
=======
dictionary-statement-across = How far the groups agree, from 0 to 1: for each group (agree + 1) / (readers + 2), all multiplied, to two digits. Empty if a group that read it is too small to tell.
>>>>>>> weigh
