/** Words that passwords are most often made of here; bare form: no accents, lower case, letters for look-alike digits. */
export const commonPasswords: readonly string[] = `
password passwort contrasena contrasenia micontrasena clave miclave claveclave acceso secreto secreta usuario admin administrador
administrator root temporal cambiame cambiar cambio bienvenido bienvenida bienvenidos welcome hola holamundo hello letmein login entrar
correo micorreo correoinstitucional institucional institucion gmail hotmail outlook yahoo email mail
maestro maestra profesor profesora docente alumno alumna estudiante escuela escuelas primaria secundaria preparatoria universidad
tecnologico educacion secretaria sep colima coahuila morelia michoacan sinaloa jalisco mexico mexicano mexicana vivamexico
amor amormio teamo teamomucho tequiero miamor corazon princesa principe reina bebe bebito hermosa hermoso preciosa cielo vida mivida
familia mifamilia mama papa hijo hija hijos abuela abuelo dios jesus jesucristo cristo diosesamor diosmio virgen guadalupe
futbol america clubamerica chivas guadalajara pumas cruzazul tigres rayados barcelona realmadrid messi ronaldo
iloveyou love sunshine princess dragon monkey football baseball superman batman pokemon naruto starwars master shadow michael
jordan jennifer charlie killer trustno whatever freedom computer internet google facebook tiktok spotify netflix iphone samsung
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miercoles jueves viernes sabado domingo primavera verano otono invierno
perro gato gatito perrito estrella estrellita mariposa flores rosa azul verde rojo negro blanco morado
maria jose juan luis carlos jorge miguel pedro antonio francisco alejandro fernando roberto ricardo daniel david eduardo
guadalupelopez ana laura patricia rosario carmen gabriela alejandra veronica adriana leticia sofia valeria fernanda andrea daniela
hernandez garcia martinez lopez gonzalez rodriguez perez sanchez ramirez cruz flores gomez
prueba pruebas test testing ejemplo demo sample default cambiala segura seguro superseguro qwerty qwertyuiop asdf asdfgh zxcvbn abc
uno dos tres cuatro cinco seis siete ocho nueve diez
`
  .trim()
  .split(/\s+/)
