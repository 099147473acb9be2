"""One verification from beginning to end: `running` tells the steps, `tasks` of the package calls it.

`files` says where things stand · `material` and `submitted` write what the engine reads · `runner` is its process ·
`merged` puts its answer beside the records · `loading` writes matches, rates and findings: `proposing`, `wanted`,
`gains` and `reconciling` say which; `contradictions` and `speaking` compare registers with each other.
"""
