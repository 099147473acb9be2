"""Reports: declared documents whose numbers are figures, composed for one reader, written as PDF, DOCX and XLSX.

document   what a composed report is
asking     the time, the figures and the rights it is composed with
slots      words and numbers inside sentences
composing  sections into blocks
charts     a year, or a map, drawn as SVG
paper      the PDF, through the papers of the house
office     DOCX and XLSX
actions    ask for one, make it, set a schedule
"""
