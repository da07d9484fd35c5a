"""What findings say, in English; the dashboard has `finding` and `findingText` of them in both languages.

A key is a finding's code or, where that has several sentences, `code/reason`. In braces stand the finding's
line, its param and its values; `!r` quotes what is the customer's.
"""

_FAULTS = "value comma colon name unterminated control escape extra trailing_comma syntax"
_AT = "Line {line}, message {turn}: "

SENTENCES: dict[str, str] = {
    # A file that cannot be read, or not on
    "empty_file": "The file has no rows.",
    "compressed_file": (
        "The file is compressed with {packing}. Upload the file inside it, or a ZIP of that."
    ),
    "unsupported_format": (
        "The file looks like {kind}. Upload JSON Lines, JSON, CSV, TSV, text, Parquet, "
        "an Excel workbook (XLSX), or a ZIP of images or sounds."
    ),
    "unsupported_format/binary": (
        "The file looks like a binary file. Upload JSON Lines, JSON, CSV, TSV, text, Parquet, "
        "an Excel workbook (XLSX), or a ZIP of images or sounds."
    ),
    "unsupported_format/mapping": "Only an archive of files can be read as {format}.",
    "unknown_encoding": "The file's encoding is not known. Save it as UTF-8 and upload it again.",
    "encoding_guessed": (
        "The file does not say its encoding. It is read as {encoding}, for example {value!r}. "
        "If that is not what it says, save the file as UTF-8 and upload it again."
    ),
    "encoding_guessed/rival": (
        "The file does not say its encoding. It is read as {encoding}, for example {value!r}, "
        "but it may be {other}. If that is not what it says, save the file as UTF-8 and upload it again."
    ),
    "not_utf8": "Line {line} is not UTF-8 text. Save the file as UTF-8 and upload it again.",
    "not_utf8/guessed": (
        "Line {line} is not UTF-8 text. It looks like {encoding}. Save the file as UTF-8 and upload it again."
    ),
    "encoding_changes": (
        "Line {line} is not {encoding} text, as the file is elsewhere. "
        "Save the whole file as UTF-8 and upload it again."
    ),
    "too_large_to_read": (
        "The file needs more memory to read than it may have. Divide it into smaller files."
    ),
    "too_large_to_read/rest": (
        "From line {line} on the file needs more memory to read than it may have. "
        "Divide it into smaller files."
    ),
    "document_too_large": "The document is larger than {limit} MB and holds no rows.",
    "too_many_rows": "The file has more than {limit} rows.",
    "too_many_cells": "The file has more than {limit} cells.",
    "too_many_columns": "Line {line} has more than {limit} fields.",
    "too_many_columns/table": "The table has more than {limit} columns.",
    "line_too_long": "Line {line} is longer than {limit} KB.",
    "row_too_long": (
        "Row {line} cannot be read: it is longer than {limit} KB. What follows it was not read."
    ),
    "nested_too_deeply": "Line {line} is nested more than {limit} levels deep.",
    "nested_too_deeply/columns": "The columns are nested more than {limit} levels deep.",
    "nested_too_deeply/rest": (
        "Row {line} cannot be read: it is nested too deeply. What follows it was not read."
    ),
    # JSON and tables
    "repeated_key": "Line {line}: {name!r} stands twice in one object. The last value is read, no other.",
    "rows_of_member": "The rows are those of {name!r}. Not read: {names}.",
    "unclear_rows": (
        "Several members of the document hold rows: {names}. Upload them one by one, as arrays of objects."
    ),
    "document_pages": "No rows are found in the document. Each member is read as a page of text: {names}.",
    "not_an_object": "Line {line} is not a JSON object. Each row must be one object, like {{...}}.",
    **{
        f"invalid_json/{fault}": "Line {line} is not valid JSON: {says} at column {column}."
        for fault in _FAULTS.split()
    },
    "invalid_json/document": "Line {line} is not valid JSON: {says} (line {at} of the file).",
    "invalid_json/expected": (
        "Line {line} is not valid JSON: {wanted!r} is expected, {found!r} found (line {at} of the file)."
    ),
    "invalid_json/ends": (
        "Line {line} is not valid JSON: {wanted!r} is expected, the file ends (line {at} of the file)."
    ),
    "invalid_json/follows": (
        "Line {line} is not valid JSON: something follows after its end (line {at} of the file)."
    ),
    "invalid_json/nested": "Line {line} is not valid JSON: it is nested too deeply.",
    "invalid_json/surrogate": "Line {line} is not valid JSON: it holds half of a Unicode surrogate pair.",
    "invalid_json/bytes": (
        "Line {line} is not valid JSON: it holds half of a Unicode surrogate pair, "
        "or bytes in another encoding."
    ),
    "invalid_json/constant": "Line {line} is not valid JSON: {name} is not JSON.",
    "invalid_json/number": "Line {line} is not valid JSON: a number is out of range.",
    "invalid_json/squad": (
        "Line {line} is not valid JSON: a paragraph needs a context, and qas that are objects."
    ),
    "invalid_csv": "Line {line} cannot be read: it breaks the rules of CSV.",
    "invalid_csv/long": (
        "Line {line} cannot be read: a field is too long, or a quote is opened and not closed."
    ),
    "invalid_csv/open": "Line {line} cannot be read: a quote is opened and not closed.",
    "invalid_csv/inside": (
        "Line {line} cannot be read: a quote stands inside a quoted field; write two quotes for one."
    ),
    "invalid_csv/return": "Line {line} cannot be read: a carriage return stands outside quotes.",
    "invalid_csv/nul": "Line {line} cannot be read: it holds a NUL character.",
    "no_header": (
        "The first line holds data, not names. The columns are called column_1 to column_{columns}."
    ),
    "line_above_header": "Line {line} ({names}) stands above the names in line {other}. It is not read.",
    "second_header": "Line {line} names the columns once more ({names}). It is not read as a row.",
    "repeated_header": "Line {line} names the columns again. It is not read as a row.",
    "header_assumed": (
        "Line {line} is taken for the names of the columns: {names}. "
        "If it is a row, put a line with names above it."
    ),
    "separator_guessed": "The fields are read as parted by {separator!r}.",
    "unclear_separator": (
        "The first line names the columns {names}, parted by {separator!r}, but the lines below do not have "
        "as many fields. Part the fields with commas or tabs, and put quotes around text that holds them."
    ),
    "lines_joined": (
        "Lines {line} to {last} are read as one row: a quote opens in the first and closes in the last. "
        "If each is a row, write two quotes for one."
    ),
    "wrong_column_count": "Line {line} has {found} column(s), but the header names {wanted}.",
    "wrong_column_count/more": (
        "Line {line} has {found} column(s), but the header names {wanted}. "
        "Put quotes around a text that holds the separator."
    ),
    # Parquet and workbooks
    "invalid_parquet": "The Parquet file is damaged.",
    "invalid_parquet/cut": "The Parquet file is cut off, or its description is too large.",
    "invalid_parquet/sizes": "The Parquet file's description gives sizes below zero.",
    "invalid_parquet/rest": "The Parquet file is damaged at row {line}.",
    "invalid_parquet/rows": "The Parquet file promises {wanted} rows, but has {found}.",
    "invalid_xlsx": "The workbook is damaged. Save it again as .xlsx.",
    "invalid_xlsx/rest": "The sheet is damaged after row {last}.",
    "too_many_sheets": "The workbook has more than {limit} sheets.",
    "unsafe_xml": "The workbook's part {name!r} declares a document type.",
    "sheets_not_read": "Only the sheet {name!r} is read. Not read: {names}.",
    "formula_without_value": (
        "Row {line}: {param!r} is a formula without a value. Open the workbook, save it, and upload it again."
    ),
    "error_cell": "Row {line}: {param!r} holds the error {value!r}.",
    "too_large_unpacked": "The Parquet file is too large when it is unpacked.",
    "too_large_unpacked/part": "The workbook's part {name!r} is too large.",
    "too_large_unpacked/archive": "The archive holds more than {limit} GB when unpacked.",
    # Archives
    "invalid_zip": "The ZIP archive is damaged or cut off.",
    "too_many_members": "The archive has more than {limit} members.",
    "suspicious_ratio": "The archive unpacks to more than {limit} times its size.",
    "suspicious_ratio/rows": "Up to row {line}, the file unpacks to more than {limit} times its size.",
    "duplicate_member": "The archive's member {name!r} is in the archive twice.",
    "encrypted_member": ("The archive's member {name!r} is encrypted. Make the archive without a password."),
    "symlink_member": (
        "The archive's member {name!r} is a symbolic link. Put the file itself into the archive."
    ),
    "special_member": "The archive's member {name!r} is no file but a device or a pipe.",
    "unsafe_member": "The archive's member {name!r} has a name that leads out of the archive.",
    "unsupported_packing": ("The archive's member {name!r} is compressed in a way that is not read here."),
    "damaged_member": "The archive's member {name!r} is damaged.",
    "damaged_member/rest": "From line {line} on, the archive's member {name!r} is damaged.",
    "nested_archive": "The archive holds an archive, {name!r}. Unpack that first.",
    "many_data_files": "The archive holds {files} data files ({names}). Upload them one by one.",
    "unused_members": "{files} member(s) of the archive are in no row: {names}.",
    "splits_joined": "The folders {names} are read as one file. Upload them one by one to keep them apart.",
    "missing_columns": "No column of {name!r} names the files. Call it file_name.",
    "missing_member": "Line {line}: the archive has no member {name!r}.",
    "member_too_large": "Line {line}: {name!r} is larger than {limit} MB.",
    "invalid_image": "Line {line}: {name!r} is no JPEG, PNG or WebP image that can be read.",
    "truncated_image": "Line {line}: {name!r} is cut off.",
    "image_too_large": "Line {line}: {name!r} has more than {limit} million pixels.",
    "invalid_audio": "Line {line}: {name!r} is no sound file that can be read.",
    "truncated_audio": "Line {line}: {name!r} is cut off.",
    "empty_audio": "Line {line}: {name!r} holds no sound.",
    "audio_too_long": "Line {line}: {name!r} is longer than an hour.",
    # What the columns are
    "needs_mapping": (
        "The rows can be read, but what they teach is not clear. Say what each column holds: {names}."
    ),
    "needs_mapping/rivals": (
        "The rows can be read, but more than one column could hold the {role}: {names}. Say which one does."
    ),
    "columns_guessed": (
        "The rows are read as {kind}: {used}. Map the columns yourself if they mean something else."
    ),
    "columns_guessed/unused": (
        "The rows are read as {kind}: {used}. Not used: {names}. "
        "Map the columns yourself if they mean something else."
    ),
    "columns_guessed/documents": (
        "The rows are read as documents: everything in each is written out as text."
    ),
    "ambiguous_columns": "The label is read from {name!r}; {other!r} is not used.",
    "unread_fields": "Line {line}: not used: {names}.",
    "unread_field/other": "Line {line}: {param!r} is not used: {other!r} is read instead.",
    "unread_field/instances": "Line {line}: only the first of {count} instances is used.",
    "unread_field/turn": "Line {line}, message {turn}: not used: {names}.",
    "numbers_read/comma": "The numbers in {name!r} are read with a decimal comma: 3,5 is three and a half.",
    "numbers_read/point": "The numbers in {name!r} are read with commas for thousands: 1,234 is 1234.",
    "unknown_column": "The file has no column {name!r}. It has {names}.",
    "unknown_role/mapping": "{format} has no {value!r}. It has {names}.",
    "missing_role/mapping": "The mapping names no column for {names}.",
    # Single fields
    "missing_field": "Line {line}: {param!r} is missing.",
    "invalid_type/text": "Line {line}: {param!r} must be a string.",
    "invalid_type/texts": "Line {line}: {param!r} must be an array of strings.",
    "invalid_type/item": "Line {line}: {param!r} must be a string that is not blank.",
    "invalid_type/boolean": "Line {line}: {param!r} must be true or false.",
    "blank_text": "Line {line}: the {param} is blank.",
    "blank_label": "Line {line}: the label is blank.",
    "invalid_label": "Line {line}: a label is at most {limit} characters on one line.",
    "invalid_label/entity": "Line {line}: {name!r} has no label.",
    "padded_label": (
        "Line {line}: the label {value!r} has white space or invisible characters around it; "
        "it is read without."
    ),
    "blank_number": "Line {line}: {param!r} is blank.",
    "invalid_number": "Line {line}: {param!r} must be a number, not {value!r}.",
    "invalid_number/mark": (
        "Line {line}: {param!r} could be two numbers: {value!r}. Write it without the comma for thousands, "
        "or with a decimal point."
    ),
    "invalid_timestamp": "Line {line}: {param!r} is no date or time: {value!r}.",
    "invalid_labels": "Line {line}: {param!r} is neither JSON nor Python.",
    "entity_not_found": "Line {line}: {name!r} does not stand in the text.",
    "unequal_lengths": "Line {line} has {tokens} token(s), but {labels} label(s).",
    "inside_without_begin": "Line {line}: the label {value!r} of token {token} follows {before!r}.",
    "identical_texts": "Line {line}: {name} and {other} are the same text.",
    # Conversations
    "missing_messages": "Line {line}: {param!r} is missing.",
    "invalid_messages": "Line {line}: {param!r} must be an array.",
    "empty_messages": "Line {line}: {param!r} is empty.",
    "invalid_conversations": "Line {line}: {param!r} must be an array of objects.",
    "invalid_history": (
        "Line {line}: {param!r} must hold earlier turns, as pairs of question and answer or as messages."
    ),
    "conflicting_prompt": "Line {line}: the answers repeat another prompt than the row's own.",
    "missing_input": "Line {line}: {param!r} must be an object with 'messages'.",
    "invalid_input": "Line {line}: {param!r} must be an object with 'messages'.",
    "missing_output": "Line {line}: {param!r} is missing.",
    "empty_output": "Line {line}: {param!r} is empty.",
    "invalid_output": "Line {line}: {param!r} must hold exactly one message, the assistant's.",
    "identical_outputs": "Line {line}: both outputs are the same; there is nothing to prefer.",
    "invalid_message": _AT + "it must be an object with 'role' and 'content'.",
    "missing_role": _AT + "'role' is missing.",
    "deprecated_role": (
        _AT + "the role 'function' is deprecated; write a 'tool' message that answers a tool call."
    ),
    "unknown_role": _AT + "{value!r} is not one of {names}.",
    "invalid_name": _AT + "'name' must be a string.",
    "missing_content": _AT + "'content' is missing.",
    "invalid_content": _AT + "'content' must be a string.",
    "invalid_content/part": (_AT + "only text parts can be trained on, as {{'type': 'text', 'text': ...}}."),
    "blank_content": _AT + "'content' is blank; there is nothing to learn.",
    "blank_prompt": _AT + "'content' is blank.",
    "invalid_weight": _AT + "'weight' must be 0 or 1, not {value!r}.",
    "invalid_weight/role": _AT + "'weight' is allowed on assistant messages only.",
    "system_not_first": _AT + "a {role} message is not the first message.",
    "repeated_user": _AT + "two user messages follow each other.",
    "missing_assistant": "Line {line}: there is no assistant message to learn from.",
    "no_user_message": "Line {line}: there is no user message.",
    "nothing_to_train": ("Line {line}: every assistant message has the weight 0; there is nothing to learn."),
    "last_message_not_assistant": (
        "Line {line}: the last message is not an assistant's; what follows is not learned."
    ),
    "last_message_not_user": _AT + "the last message must be the user's.",
    # Tools
    "invalid_tools/functions": "Line {line}: write 'functions' as 'tools'.",
    "invalid_tools/parallel": "Line {line}: 'parallel_tool_calls' must be true or false.",
    "invalid_tools/array": "Line {line}: 'tools' must be an array.",
    "invalid_tools/json": "Line {line}: 'tools' is not JSON.",
    "invalid_tools/name": "Line {line}: tool {tool} needs 'function' with a 'name'.",
    "invalid_tools/type": "Line {line}: tool {tool} must be of the type 'function'.",
    "invalid_tool_schema": "Line {line}: the parameters of {name!r} are no JSON schema: {says}",
    "invalid_tool_schema/object": (
        "Line {line}: the parameters of {name!r} are no JSON schema: it must be an object."
    ),
    "missing_tool_call_id": _AT + "a tool message needs 'tool_call_id'.",
    "unknown_tool_call_id": _AT + "{value!r} is the id of no tool call before it.",
    "unanswered_tool_call": (
        _AT + "the tool call {value!r} has no tool message that answers it before the next message."
    ),
    "repeated_tool_call_id": _AT + "two tool calls have the same id.",
    "undeclared_tool": _AT + "the row's 'tools' do not declare {name!r}.",
    "invalid_tool_calls/legacy": _AT + "write 'function_call' as 'tool_calls'.",
    "invalid_tool_calls/role": _AT + "only an assistant message makes tool calls.",
    "invalid_tool_calls/array": _AT + "'tool_calls' must be an array of calls.",
    "invalid_tool_calls/name": _AT + "a tool call needs 'function' with a 'name'.",
    "invalid_tool_calls/arguments": (_AT + "a tool call's 'arguments' must be JSON, written as a string."),
    "invalid_tool_calls/id": _AT + "a tool call needs an 'id'.",
    "invalid_tool_calls/type": _AT + "a tool call must be of the type 'function'.",
    "invalid_tool_calls/written": _AT + "the function call is not JSON, or has no name.",
    "tools_need_template": (
        "Line {line}: tools are learned only by bases whose chat template writes them out."
    ),
    # All rows together
    "unordered_rows": ("Line {line} is earlier than the line before it. Rows are put in order for training."),
    "too_many_labels": "Line {line}: the file has more than {limit} labels.",
    "too_few_labels": "Every row has the label {value!r}; a classifier needs at least 2 labels.",
    "rare_label": "The label {value!r} has only 1 row.",
    "imbalanced_labels": "{rare} of {labels} label(s) have far too few rows, such as {value!r}.",
    "label_variants": (
        "{labels} label(s) look like another one: they differ in case, width, white space, invisible "
        "characters or a full stop, such as {value!r}."
    ),
    "misspelled_label": (
        "The label {value!r} ({rows} row(s)) may be a misspelling of {nearest!r} ({nearest_rows} rows)."
    ),
    "suspected_label": ("Line {line}: the text looks like {suggested!r}, but its label is {value!r}."),
    "conflicting_labels": "Line {line} asks the same as line {other}, with another {answer}.",
    "conflicting_answers": "Line {line} asks the same as line {other}, with another {answer}.",
    "duplicate_rows": "Line {line} is the same as line {other}.",
    "near_duplicate_rows": "Line {line} is nearly the same as line {other}.",
    "sensitive_data": "Line {line} seems to hold something private: {kind}.",
    "other_language": "Line {line} is in another language ({language}) than most rows ({main}).",
    "short_rows": "Line {line} has hardly any text.",
    "long_rows": "Line {line} has {characters:,} characters, far more than most rows.",
    # Operations that cannot be done
    "cannot_be_read_so": "{says}",
    "no_rows_left": "No row would be left.",
    "too_many_result_rows": "The result would have more than {limit:,} rows.",
    "cannot_be_varied": "Rows of {format} cannot be varied without changing what they teach.",
    "no_labels_to_fill": "Rows of {format} have no labels to fill up.",
    "no_labels_to_change": "Only texts with labels can be given other labels.",
    "nothing_to_vary": "None of the texts has anything that these methods can change.",
    "formats_differ": "Files of one format can be merged. These are {names}.",
    "archive_not_mapped": "An archive says itself what its files are; it cannot be mapped.",
}
